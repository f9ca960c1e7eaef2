import { type Field, FIELDS, NOTHING, type Unsaved, type Values, without } from "./merge";
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

/**
 * Keeps what is typed and not yet stored over a reload, a crash or a dead network. `before` is what this page kept last:
 * only those fields are its own to take away, because another tab may be typing in the same ticket. `false` when it
 * could not be kept.
 */
export function keepDraft(user: string, number: string, unsaved: Unsaved, before: Unsaved): boolean {
  const others = without(draftOf(user, number), Object.keys(before.edits) as Field[]);
  const all = { edits: { ...others.edits, ...unsaved.edits }, base: { ...others.base, ...unsaved.base } };
  if (Object.keys(all.edits).length > 0) return remember(key(user, number), all);
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
