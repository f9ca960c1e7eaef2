import { get, query } from "./client";

export type By = "step" | "operator" | "category" | "day";

/** Figures of some passages through steps; seconds. `own_s` and `waiting_s` are sums, the others of the own time. */
export interface ComplianceLine {
  key: string;
  count: number;
  in_time: number;
  share: number;
  median_s: number;
  p90_s: number;
  own_s: number;
  waiting_s: number;
}

export interface Compliance {
  since: string;
  until: string;
  by: By;
  lines: ComplianceLine[];
  total: ComplianceLine | null;
}

/** A ticket's way through one step, or one stay of its question with coordinator or PIC. */
export interface Passage {
  ticket: string;
  created_at: string;
  clock: string;
  operator: string;
  category: string | null;
  own_s: number;
  waiting_s: number;
  standard_s: number;
  in_time: boolean;
  ended: boolean;
}

export interface Cut {
  by: By;
  from: string;
  to: string;
  clock: string;
}

export const compliance = {
  report: (cut: Cut) => get<Compliance>(`/compliance${query({ ...cut })}`),
  passages: (cut: Cut, key: string, late: boolean) =>
    get<{ items: Passage[]; total: number }>(`/compliance/passages${query({ ...cut, key, late: late ? "true" : "" })}`),
  /** Where a browser fetches the table for a spreadsheet. */
  csv: (cut: Cut) => `/api/v1/compliance.csv${query({ ...cut })}`,
};
