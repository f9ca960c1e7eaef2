import type { Localized, Notice } from "../api/types";
import { local, t, tryText } from "../texts";
import { readsTickets } from "./session";

const toWhom = (to: Notice["to"]): string => {
  if (to === undefined) return "";
  const label = typeof to === "object" && "label" in to ? to.label : (to as Localized);
  return local(label);
};

/** Why something did not work, in words: busy, no answer, … */
export const reasonText = (reason: string): string => tryText(`reason_${reason}`, reason.replaceAll("_", " "));

/** What lies too long is a click away; a PIC has it in the inbox. */
export function noticeLink({ code, ticket }: Notice): { to: string; label: string } | undefined {
  if (!code.startsWith("overdue_") || ticket === undefined) return undefined;
  return { to: readsTickets.value ? `/tickets/${ticket}` : `/inbox/${ticket}`, label: t("overdue_open") };
}

/** A notice of the server in our words, else in its own. */
export function noticeText(notice: Notice): string {
  return tryText(`notice_${notice.code}`, local(notice.detail) || t("notice_other", { code: notice.code }), {
    ticket: notice.ticket ?? "",
    count: String(notice.count ?? ""),
    to: toWhom(notice.to) || t("third_party"),
    reason: notice.reason === undefined ? t("reason_unknown") : reasonText(notice.reason),
  });
}
