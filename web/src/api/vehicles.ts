import { ApiError, get, type Problem, Unreachable } from "./client";
import type { Localized } from "./types";

export type VehicleSourceName = "none" | "http" | "table";

/** Money is whole rupiah; null and `""` are what the source does not tell. `due_date` is a day. */
export interface Vehicle {
  plate: string;
  found: boolean;
  source: VehicleSourceName;
  as_of: string | null;
  /** The source could not be asked again since `as_of`. */
  stale: boolean;
  tax_due: number | null;
  fine: number | null;
  total: number | null;
  due_date: string | null;
  make: string;
  type: string;
  year: number | null;
  colour: string;
  region: string;
  owner_region: string;
}

export interface RefusedRow {
  row: number;
  column: string;
  code: string;
  value: string;
  message: Localized;
}

export interface VehicleImport {
  state: "reading" | "storing" | "done" | "refused" | "failed";
  file: string;
  by: string;
  started_at: string;
  ended_at: string | null;
  share: number;
  rows: number;
  refused: number;
  refusals: RefusedRow[];
  message: Localized | null;
}

export interface VehicleSource {
  source: VehicleSourceName;
  table: { file: string; by: string; imported_at: string; rows: number; refused: number } | null;
  job: VehicleImport | null;
}

export const REFUSED_REPORT = "/api/v1/vehicles/import/refused";

export const vehicles = {
  find: (plate: string) => get<Vehicle>(`/vehicles/${encodeURIComponent(plate)}`),
  source: () => get<VehicleSource>("/vehicles"),
};

/** The source of the vehicles is down, the service itself is not. */
export const isSourceDown = (error: unknown): boolean =>
  error instanceof Unreachable && error.message === "vehicle_source_down";

/**
 * Sends a file to be imported; `told` hears how much of it is on its way, 0 to 1. Not by `fetch`, which does not tell.
 * Throws `ApiError` and `Unreachable`.
 */
export function upload(file: File, told: (share: number) => void): Promise<VehicleImport> {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/api/v1/vehicles/import?name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.responseType = "json";
    request.upload.onprogress = (event) => told(event.total > 0 ? event.loaded / event.total : 0);
    request.onerror = () => failed(new Unreachable("upload"));
    request.onload = () => {
      const body: unknown = request.response;
      if (request.status === 202) done(body as VehicleImport);
      else failed(new ApiError(request.status, (body ?? { code: `http_${request.status}` }) as Problem));
    };
    request.send(file);
  });
}
