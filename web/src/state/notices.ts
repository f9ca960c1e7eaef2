import { signal } from "@preact/signals";
import { ApiError, type Problem, Unreachable } from "../api/client";
import type { NoticeLevel } from "../api/types";
import { local, t, tryText } from "../texts";

export interface Notice {
  id: number;
  level: NoticeLevel;
  text: string;
  /** Where a person can do something about it. */
  link?: { to: string; label: string };
}

const SHOWN_MS: Record<NoticeLevel, number | null> = { info: 6000, success: 4000, warning: null, error: null };
const MOST = 4;

export const notices = signal<readonly Notice[]>([]);
let last = 0;

/** Shows a notice; warnings and errors stay until they are closed. The same text is not shown twice. */
export function notify(level: NoticeLevel, text: string, link?: Notice["link"]): void {
  const id = ++last;
  const others = notices.value.filter((notice) => notice.text !== text).slice(-(MOST - 1));
  notices.value = [...others, { id, level, text, ...(link === undefined ? {} : { link }) }];
  const shown = SHOWN_MS[level];
  if (shown !== null) window.setTimeout(() => dismiss(id), shown);
}

export function dismiss(id: number): void {
  notices.value = notices.value.filter((notice) => notice.id !== id);
}

/** What went wrong, in words: the server's own where it has some. */
export function explain(error: unknown): string {
  if (error instanceof Unreachable) return t("problem_unreachable");
  if (error instanceof ApiError) return problemText(error.problem);
  throw error;
}

export function problemText(problem: Problem): string {
  const words = local(problem.message);
  const fields = (problem.errors ?? []).map((each) => local(each.message)).filter(Boolean);
  if (fields.length > 0) return fields.join(" ");
  return words === "" ? tryText(`problem_${problem.code}`, problem.detail ?? t("problem_other", { code: problem.code })) : words;
}

/** Runs what a button asked for; a refusal is shown, told to `refused` by its code, and answered with `undefined`. */
export async function attempt<T>(work: () => Promise<T>, refused?: (code: string) => void): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    notify("error", explain(error));
    if (error instanceof ApiError) refused?.(error.problem.code);
    return undefined;
  }
}
