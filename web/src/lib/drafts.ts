import { FIELDS, NOTHING, type Unsaved, type Values } from "./merge";
import { forget, keys, recall, remember } from "./storage";

const key = (user: string, number: string) => `sambut.draft.${user}.${number}`;

/** Only known fields with text in them: a draft of an older version of the page must not break this one. */
function values(raw: unknown): Values {
  if (typeof raw !== "object" || raw === null) return {};
  const known = Object.entries(raw).filter(
    ([field, value]) => (FIELDS as readonly string[]).includes(field) && typeof value === "string",
  );
  return Object.fromEntries(known);
}

/** Keeps what is typed and not yet stored over a reload, a crash or a dead network. `false` when it could not. */
export function keepDraft(user: string, number: string, unsaved: Unsaved): boolean {
  if (Object.keys(unsaved.edits).length > 0) return remember(key(user, number), unsaved);
  forget(key(user, number));
  return true;
}

export function draftOf(user: string, number: string): Unsaved {
  const raw = recall(key(user, number));
  if (typeof raw !== "object" || raw === null) return NOTHING;
  const { edits, base } = raw as { edits?: unknown; base?: unknown };
  return { edits: values(edits), base: values(base) };
}

/** Numbers of the tickets of which this user has something unsaved on this computer. */
export function draftedTickets(user: string): readonly string[] {
  const prefix = key(user, "");
  return keys().filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
}
