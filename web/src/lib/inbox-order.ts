import type { InboxItem } from "../api/validation";

const moment = (item: InboxItem): number => Date.parse(item.due_at ?? item.since);

/** Due first; what has no deadline stands by its age. Of two at the same moment the older ticket goes first. */
export const sorted = (items: readonly InboxItem[]): readonly InboxItem[] =>
  [...items].sort((a, b) => moment(a) - moment(b) || a.ticket.number.localeCompare(b.ticket.number));

export const remaining = (items: readonly InboxItem[], number: string): readonly InboxItem[] =>
  items.filter((item) => item.ticket.number !== number);

/** The list with this item in it, once, at its place. */
export const withItem = (items: readonly InboxItem[], item: InboxItem): readonly InboxItem[] =>
  sorted([...remaining(items, item.ticket.number), item]);

/** The number of the item `by` places after `number`; the first one when it is not in the list, `null` in an empty list. */
export function neighbour(items: readonly InboxItem[], number: string, by: number): string | null {
  const at = items.findIndex((item) => item.ticket.number === number);
  const next = at < 0 ? 0 : Math.max(0, Math.min(items.length - 1, at + by));
  return items[next]?.ticket.number ?? null;
}
