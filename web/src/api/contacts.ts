import { del, get, post, put, query } from "./client";
import type { Filter } from "./resources";
import type { Page, TicketSummary } from "./types";

export interface ContactLine {
  id: string;
  name: string;
  /** Masked for whoever may not see them in a list. */
  numbers: string[];
  plates: string[];
  seen_at: string;
}

/** `gone` was merged into `kept`. */
export interface ContactMerge {
  id: string;
  kept: string;
  gone: string;
  at: string;
  by: string;
  undone_at: string | null;
  undone_by: string | null;
}

export interface Contact extends ContactLine {
  created_at: string;
  ids: string[];
  merges: ContactMerge[];
  related: ContactLine[];
  open: TicketSummary[];
  history: TicketSummary[];
}

export interface TicketLink {
  id: string;
  other: string;
  /** The ticket that a call was found to be about, when that is what made the link. */
  into: string | null;
  at: string;
  by: string;
  undone_at: string | null;
  undone_by: string | null;
}

/** What is known beside a ticket, by number and by plate. */
export interface Beside {
  contact: string | null;
  offers: TicketSummary[];
  history: TicketSummary[];
  links: TicketLink[];
}

export interface BlockedCaller {
  number: string;
  reason: string;
  by: string;
  at: string;
  until: string | null;
  active: boolean;
}

export interface BlockedCallers {
  answer: "prompt" | "refuse";
  items: BlockedCaller[];
}

const ticket = (number: string) => `/tickets/${encodeURIComponent(number)}`;

export const contacts = {
  list: (filter: Filter) => get<Page<ContactLine>>(`/contacts${query(filter)}`),
  one: (id: string) => get<Contact>(`/contacts/${id}`),
  merge: (id: string, other: string) => post<Contact>(`/contacts/${id}/merge`, { other }),
  separate: (id: string, merge: string) => del<Contact>(`/contacts/${id}/merge/${merge}`),
  beside: (number: string) => get<Beside>(`${ticket(number)}/beside`),
  link: (number: string, other: string) => post<Beside>(`${ticket(number)}/link`, { other }),
  goOn: (number: string, other: string) => post<Beside>(`${ticket(number)}/link`, { other, go_on: true }),
  unlink: (number: string, link: string) => del<Beside>(`${ticket(number)}/link/${link}`),
};

export const blocked = {
  list: () => get<BlockedCallers>("/blocked"),
  block: (number: string, reason: string, until: string | null) =>
    put<BlockedCallers>("/blocked", { number, reason, until }),
  unblock: (number: string) => del<BlockedCallers>("/blocked", { number }),
};
