import { signal } from "@preact/signals";
import { me, tickets } from "../api/resources";
import type { PhoneKind } from "../api/types";
import { navigate } from "../lib/router";
import { callRunning } from "./call";
import { clearDesk, presence } from "./desk";
import { attempt } from "./notices";
import { user } from "./session";

export async function setPresence(state: "ready" | "paused" | "offline", reason?: string, after?: "call"): Promise<void> {
  const answer = await attempt(() => me.presence(state, reason, after), phoneIsAway);
  if (answer === undefined) return;
  presence.value = answer;
  if (state === "ready" && callRunning.value === null) clearDesk();
}

/** Whether the phone's panel is open. It opens by itself when a phone that is not there stands in the way. */
export const phoneOpen = signal(false);

function phoneIsAway(code: string): void {
  if (code === "phone_away" || code === "no_phone") phoneOpen.value = true;
}

/** Which phone is this operator's. `false` when the server refused; it has been said why. */
export async function setPhone(phone: { kind: PhoneKind; uri?: string; auto_answer?: boolean }): Promise<boolean> {
  const answer = await attempt(() => me.phone(phone));
  if (answer === undefined) return false;
  presence.value = answer;
  if (user.value !== null) user.value = { ...user.value, phone: answer.phone, phone_kind: answer.phone_kind };
  return true;
}

/** Rings the operator's own phone, then dials the caller of this ticket. The pop brings the ticket to the desk. */
export async function callBack(ticket: string): Promise<void> {
  const call = await attempt(() => tickets.call(ticket), phoneIsAway);
  if (call !== undefined) navigate("/desk");
}
