import { signal } from "@preact/signals";
import type { Pop } from "../api/types";
import { beep } from "../headset/ring";
import { navigate } from "../lib/router";
import { t } from "../texts";
import { deskHere } from "./active";
import { callerName } from "./people";

/** What screen readers hear: `urgent` interrupts (a call), `polite` waits (a save). */
export const urgent = signal("");
export const polite = signal("");

export const notificationPermission = signal<NotificationPermission>(
  typeof Notification === "undefined" ? "denied" : Notification.permission,
);

export async function askNotificationPermission(): Promise<void> {
  notificationPermission.value = await Notification.requestPermission();
}

/** Makes a call known by ear, by screen reader and, when the page is hidden, by the desktop. */
export function announcePop(pop: Pop): void {
  const out = pop.call.direction === "out";
  urgent.value = t(out ? "calling_out_to" : "incoming_from", { caller: callerName(pop.ticket) });
  if (!deskHere.value) return;
  if (!out) beep();
  notifyDesktop(t("incoming_call"), pop.ticket.number, pop.call.id);
}

/**
 * A notification of the desktop, where it is allowed and the page is hidden. No name and no number of a caller: it shows
 * on locked screens and is kept by the desktop. A newer one with the same `tag` takes its place; `to` is opened by a click.
 */
export function notifyDesktop(title: string, body: string, tag: string, to?: string): void {
  if (notificationPermission.value !== "granted" || !document.hidden) return;
  const notification = new Notification(title, { body, tag });
  notification.onclick = () => {
    window.focus();
    if (to !== undefined) navigate(to);
    notification.close();
  };
}
