import type { Kind, TicketSummary } from "../api/types";

/** The fields of a ticket that a person types, as strings, the way PATCH takes them. */
export const FIELDS = ["caller_name", "plate", "region", "kind", "description", "category", "answer"] as const;
export type Field = (typeof FIELDS)[number];
export type Values = Partial<Record<Field, string>>;

export function fieldOf(ticket: TicketSummary, field: Field): string {
  if (field === "caller_name") return ticket.caller.name;
  return ticket[field] ?? "";
}

export function isKind(value: string): value is Kind {
  return value === "informasi" || value === "pengaduan";
}

/** What is typed here and not yet stored. `base` is what the field held when the typing began. */
export interface Unsaved {
  readonly edits: Values;
  readonly base: Values;
}

export const NOTHING: Unsaved = { edits: {}, base: {} };

/** Takes one keystroke's worth of change. Typing back to what is stored makes the field clean again. */
export function edit(unsaved: Unsaved, ticket: TicketSummary, field: Field, value: string): Unsaved {
  const stored = fieldOf(ticket, field);
  const base = unsaved.base[field] ?? stored;
  if (value === stored && base === stored) return without(unsaved, [field]);
  return { edits: { ...unsaved.edits, [field]: value }, base: { ...unsaved.base, [field]: base } };
}

export function without(unsaved: Unsaved, fields: readonly Field[]): Unsaved {
  const keep = (values: Values): Values =>
    Object.fromEntries(Object.entries(values).filter(([field]) => !fields.includes(field as Field)));
  return { edits: keep(unsaved.edits), base: keep(unsaved.base) };
}

export interface Merged {
  readonly unsaved: Unsaved;
  /** Fields that someone else changed to a third value while they were being typed here. */
  readonly conflicts: readonly Field[];
}

/**
 * A newer ticket arrives while something is typed here. A field that nobody else touched stays ours and goes out
 * again; one that already holds our value is done; one with a third value is a conflict that a person decides.
 */
export function mergeServer(unsaved: Unsaved, newer: TicketSummary): Merged {
  const done: Field[] = [];
  const conflicts: Field[] = [];
  for (const field of FIELDS) {
    const mine = unsaved.edits[field];
    if (mine === undefined) continue;
    const theirs = fieldOf(newer, field);
    if (theirs === mine) done.push(field);
    else if (theirs !== unsaved.base[field]) conflicts.push(field);
  }
  return { unsaved: without(unsaved, done), conflicts };
}

/**
 * The server stored what was `sent`. A field typed on since then stays unsaved, on the stored value as its new base;
 * the server's own spelling of a value (a plate with its spaces) is not a conflict.
 */
export function settle(unsaved: Unsaved, sent: Values, stored: TicketSummary): Unsaved {
  let result = unsaved;
  for (const field of Object.keys(sent) as Field[]) {
    const mine = unsaved.edits[field];
    if (mine === undefined) continue;
    if (mine === sent[field]) result = without(result, [field]);
    else result = { edits: result.edits, base: { ...result.base, [field]: fieldOf(stored, field) } };
  }
  return result;
}

/** Keep mine: the other value becomes the base, so that the next save replaces it knowingly. */
export function keepMine(unsaved: Unsaved, field: Field, theirs: string): Unsaved {
  return { edits: unsaved.edits, base: { ...unsaved.base, [field]: theirs } };
}
