import { signal } from "@preact/signals";
import type { Pop } from "../api/types";
import { beep } from "../headset/ring";
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
  if (notificationPermission.value === "granted" && document.hidden) showNotification(pop);
}

/** No name and no number: a notification shows on locked screens and is kept by the desktop. */
function showNotification(pop: Pop): void {
  const notification = new Notification(t("incoming_call"), { body: pop.ticket.number, tag: pop.call.id });
  notification.onclick = () => {
    window.focus();
    notification.close();
  };
}
