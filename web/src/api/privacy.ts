import { download, get, post, query } from "./client";
import type { Filter } from "./resources";
import type { Page } from "./types";

export interface Look {
  id: number;
  at: string;
  by: string;
  role: string;
  what: string;
  about: string;
  page: string;
  note: string;
}

export interface Tally {
  recordings: number;
  tickets_caller: number;
  tickets_words: number;
  calls: number;
  contacts: number;
  audit: number;
  paper: number;
}

export interface Retention {
  nightly: "report" | "erase";
  at: string;
  keep_days: Record<string, number | null>;
  overdue: Tally;
}

export interface PersonReport {
  numbers: string[];
  plates: string[];
  contacts: string[];
  tickets: number;
  open: string[];
  calls: number;
  recordings: number;
  filings: number;
  blocked: boolean;
  erased: Tally | null;
}

/** A person by number, plate or e-mail address; the others are empty. */
export interface Whose {
  number: string;
  plate: string;
  email: string;
}

export const privacy = {
  audit: (filter: Filter) => get<Page<Look>>(`/audit${query(filter)}`),
  retention: () => get<Retention>("/privacy/retention"),
  find: (whose: Whose) => post<PersonReport>("/privacy/find", whose),
  erase: (whose: Whose, reason: string) => post<PersonReport>("/privacy/erase", { ...whose, reason }),
  export: (whose: Whose, reason: string) => download("/privacy/export", { ...whose, reason }),
};
