import type { TicketSummary } from "../api/types";
import { t } from "../texts";

/** `+6281234567890` as `+62 812-3456-7890`, the way Indonesian numbers are read; anything else as it is. */
export function formatNumber(number: string): string {
  if (number === "") return t("withheld");
  const mobile = /^\+62(8\d{2})(\d{4})(\d{2,6})$/.exec(number);
  if (mobile !== null) return `+62 ${mobile[1]}-${mobile[2]}-${mobile[3]}`;
  const line = /^\+62(2[1-9]|\d{3})(\d{3,4})(\d{3,4})$/.exec(number);
  return line === null ? number : `+62 ${line[1]} ${line[2]}-${line[3]}`;
}

/** A caller by name where one is known, by number else. */
export function callerName(ticket: TicketSummary): string {
  return ticket.caller.name === "" ? formatNumber(ticket.caller.number) : ticket.caller.name;
}

/** The name that an earlier contact left behind, for a caller who is only a number yet. */
export function nameFromHistory(...lists: readonly (readonly TicketSummary[])[]): string {
  return lists.flat().find((ticket) => ticket.caller.name !== "")?.caller.name ?? "";
}
