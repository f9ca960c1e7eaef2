import { signal } from "@preact/signals";
import type { Pop } from "../api/types";
import { beep } from "../lib/sound";
import { deskElsewhere } from "../lib/tabs";
import { t } from "../texts";
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
  urgent.value = t("incoming_from", { caller: callerName(pop.ticket) });
  if (deskElsewhere.value) return;
  beep();
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
