import type { Localized } from "./types";

/** One field that the server refused, with its own words for it (RFC 9457 extension `errors`). */
export interface FieldProblem {
  field: string;
  code: string;
  message: Localized;
}

/** An RFC 9457 problem document; `code` is the stable part. */
export interface Problem {
  code: string;
  message?: Localized;
  detail?: string;
  errors?: FieldProblem[];
  [extension: string]: unknown;
}

/** The server answered, and said no. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem,
  ) {
    super(`${status} ${problem.code}`);
  }
}

/** The server did not answer: no network, or it is restarting. Worth another try. */
export class Unreachable extends Error {}

const root = "/api/v1";
const onSignedOut = new Set<() => void>();

/** Calls back whenever the server no longer knows the session (401 `not_signed_in`). */
export function whenSignedOut(handler: () => void): void {
  onSignedOut.add(handler);
}

async function problemOf(response: Response): Promise<Problem> {
  try {
    const body: unknown = await response.json();
    if (typeof body === "object" && body !== null && "code" in body) return body as Problem;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return { code: `http_${response.status}` };
}

/** In characters. Browsers let 64 KiB in all outlive their page (Fetch, section 4.6): a few such requests at once. */
const MAY_OUTLIVE_THE_PAGE = 8192;

async function send(method: string, path: string, body?: unknown): Promise<Response> {
  const init: RequestInit = { method, credentials: "same-origin", headers: { Accept: "application/json" } };
  if (method !== "GET") {
    init.headers = { Accept: "application/json", "Content-Type": "application/json" };
    init.body = JSON.stringify(body ?? {});
    // What was clicked or typed counts, also when the page is closed or loaded again in the same moment.
    init.keepalive = init.body.length <= MAY_OUTLIVE_THE_PAGE;
  }
  try {
    return await fetch(root + path, init);
  } catch (error) {
    throw new Unreachable(String(error));
  }
}

async function request<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await send(method, path, body);
  if (response.ok) return (response.status === 204 ? undefined : await response.json()) as T;
  const problem = await problemOf(response);
  if (response.status === 401 && problem.code === "not_signed_in") onSignedOut.forEach((handler) => handler());
  if (response.status >= 502) throw new Unreachable(problem.code);
  throw new ApiError(response.status, problem);
}

export const get = <T>(path: string): Promise<T> => request<T>("GET", path);
export const post = <T>(path: string, body?: unknown): Promise<T> => request<T>("POST", path, body);
export const put = <T>(path: string, body?: unknown): Promise<T> => request<T>("PUT", path, body);
export const patch = <T>(path: string, body?: unknown): Promise<T> => request<T>("PATCH", path, body);
export const del = <T>(path: string, body?: unknown): Promise<T> => request<T>("DELETE", path, body);

/** A file that the answer to a request is, under the name that the service gives it. */
export const download = (path: string, body: unknown): Promise<NamedFile> => fileOf(send("POST", path, body));
export const fetched = (path: string): Promise<NamedFile> => fileOf(send("GET", path));

export interface NamedFile {
  name: string;
  file: Blob;
}

async function fileOf(answer: Promise<Response>): Promise<NamedFile> {
  const response = await answer;
  if (!response.ok) throw new ApiError(response.status, await problemOf(response));
  const name = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") ?? "")?.[1] ?? "";
  return { name, file: await response.blob() };
}

/** `?a=1&b=2` of the entries that hold something; `""` when none does. */
export function query(parameters: Readonly<Record<string, string | number | boolean | null | undefined>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== null && value !== undefined && value !== "" && value !== false) search.set(name, String(value));
  }
  const text = search.toString();
  return text === "" ? "" : `?${text}`;
}
