import { del, get, patch, post, put, query } from "./client";
import type {
  Account,
  Action,
  Call,
  CallAction,
  CallbackDue,
  Category,
  Directory,
  Language,
  Live,
  Office,
  Page,
  PhoneKind,
  Presence,
  Reference,
  Role,
  SessionInfo,
  StatusInfo,
  Ticket,
  TicketDetail,
} from "./types";
import type { Addressees, Inbox, Person, Promises, Unit } from "./validation";

export type Filter = Readonly<Record<string, string | number | boolean | null | undefined>>;
export type TicketChanges = Partial<
  Record<"caller_name" | "plate" | "region" | "kind" | "description" | "category" | "answer", string>
>;

const ticketPath = (number: string) => `/tickets/${encodeURIComponent(number)}`;

export const session = {
  who: () => get<SessionInfo>("/session"),
  logIn: (username: string, password: string) => post<SessionInfo>("/session", { username, password }),
  logOut: () => del<void>("/session"),
};

export const me = {
  presence: (state: "ready" | "paused" | "offline", reason?: string, after?: "call") =>
    put<Presence>("/me/presence", { state, ...(reason === undefined ? {} : { reason }), ...(after === undefined ? {} : { after }) }),
  phone: (phone: { kind: PhoneKind; uri?: string; auto_answer?: boolean }) => put<Presence>("/me/phone", phone),
  newPhoneToken: () => post<{ token: string; server: string }>("/me/phone/token"),
  endPhoneToken: () => del<void>("/me/phone/token"),
  language: (language: Language) => patch<Account>("/me", { language }),
  emailNotices: (wanted: boolean) => patch<Account>("/me", { email_notices: wanted }),
  password: (old: string, password: string) => post<void>("/me/password", { old, new: password }),
};

export const tickets = {
  list: (filter: Filter) => get<Page<Ticket>>(`/tickets${query(filter)}`),
  one: (number: string) => get<TicketDetail>(ticketPath(number)),
  save: (number: string, version: number, changes: TicketChanges) =>
    patch<Ticket>(ticketPath(number), { version, ...changes }),
  act: (number: string, action: Action, version: number, extra: Readonly<Record<string, unknown>> = {}) =>
    post<Ticket>(`${ticketPath(number)}/actions/${action}`, { version, ...extra }),
  call: (number: string) => post<Call>(`${ticketPath(number)}/call`),
};

/** Questions on their way through the validation loop that wait for whoever asks. */
export const inbox = {
  list: () => get<Inbox>("/inbox"),
  addressees: (number: string) => get<Addressees>(`${ticketPath(number)}/units`),
};

export const calls = {
  list: (filter: Filter) => get<Page<Call>>(`/calls${query(filter)}`),
  one: (id: string) => get<Call>(`/calls/${id}`),
  control: (id: string, action: CallAction, words: Readonly<Record<string, unknown>> = {}) =>
    post<unknown>(`/calls/${id}/${action}`, words),
};

export interface NewAccount {
  username: string;
  name: string;
  role: Role;
  language: Language;
  password: string;
  email: string;
  email_notices: boolean;
}

export const accounts = {
  list: () => get<{ items: Account[] }>("/accounts"),
  create: (account: NewAccount) => post<Account>("/accounts", account),
  change: (username: string, changes: Partial<Pick<Account, "name" | "role" | "active" | "email" | "email_notices"> & { password: string }>) =>
    patch<Account>(`/accounts/${encodeURIComponent(username)}`, changes),
};

export const lists = {
  categories: () => get<{ items: Category[] }>("/categories"),
  people: () => get<{ items: Person[] }>("/people"),
  units: () => get<{ items: Unit[] }>("/units"),
  offices: () => get<{ items: Office[] }>("/offices"),
  reference: () => get<Reference>("/reference"),
  live: () => get<Live>("/live"),
  directory: () => get<Directory>("/directory"),
  callbacks: (filter: Filter) => get<Page<CallbackDue>>(`/callbacks${query(filter)}`),
  promises: (at: string | null) => get<Promises>(`/promises${query({ at })}`),
  status: () => get<StatusInfo>("/status"),
};
