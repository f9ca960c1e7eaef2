import { get, query } from "./client";

export interface ArchivedFile {
  name: string;
  url: string;
  bytes: number;
  filed_at: string;
}

export interface ArchivedDay {
  day: string;
  forms: number;
  registers: ArchivedFile[];
}

/** `months` are all that have anything, newest first; the rest is of `month`. */
export interface ArchivedMonth {
  months: string[];
  month: string;
  registers: ArchivedFile[];
  days: ArchivedDay[];
}

/** Days, both included. */
export interface DaySpan {
  from: string;
  to: string;
}

export const paper = {
  month: (month: string) => get<ArchivedMonth>(`/paper/archive${query({ month })}`),
  forms: (day: string) => get<{ day: string; forms: ArchivedFile[] }>(`/paper/archive/${day}`),
};

/** What is printed on request; each is a path under the API's root. */
export const printed = {
  form: (number: string, language: string) => `/tickets/${number}/form.pdf${query({ language })}`,
  forms: (span: DaySpan, language: string) => `/forms.pdf${query({ ...span, language })}`,
  register: (kind: "pdf" | "xlsx", span: DaySpan, language: string) => `/register.${kind}${query({ ...span, language })}`,
};
