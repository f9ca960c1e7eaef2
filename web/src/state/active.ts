import { computed, signal } from "@preact/signals";
import type { Said } from "../api/types";
import { heldElsewhere, holdLock, leaveLock } from "../lib/locks";
import { route } from "../lib/router";

/** What the server says of this tab: the active desk or not; `null` until it has said so. */
const active = signal<boolean | null>(null);

/** Only the active desk rings, has the headset and takes shortcuts for calls. */
export const deskHere = computed(() => active.value === true);
export const deskElsewhere = computed(() => active.value === false);

let send: (said: Said) => void = () => undefined;
/** The desk was here before the line broke; then it comes back here. */
let was = false;
let arrived = false;
let lock = "";

export function startActive(say: (said: Said) => void): void {
  send = say;
}

/** Asks for the desk. The newest to ask has it, so the answer is foreseeable, and yet it is the server that gives it. */
export function claimDesk(): void {
  active.value = null;
  send({ type: "desk", claim: true });
}

export function deskIs(here: boolean): void {
  active.value = here;
  was = here;
  if (here) holdLock(lock);
  else leaveLock(lock);
}

/**
 * What a tab does about the desk on every new connection. One that is opened on the desk takes it; one that is opened on
 * a ticket or a list leaves it where it is, so that a link in a new tab does not take the headset along.
 */
export async function settleDesk(username: string, here: boolean): Promise<void> {
  lock = `sambut.desk.${username}`;
  const first = !arrived;
  arrived = true;
  if (here) return deskIs(true);
  if (was || (first && ["/", "/login", "/desk"].includes(route.peek().path)) || !(await heldElsewhere(lock))) return claimDesk();
  deskIs(false);
}

/** Without a line to the server nobody knows. */
export function deskUnknown(): void {
  active.value = null;
}

export function leaveDesk(): void {
  if (lock !== "") leaveLock(lock);
  active.value = null;
  was = arrived = false;
}
