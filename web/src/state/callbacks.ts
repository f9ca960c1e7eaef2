import { effect, signal } from "@preact/signals";
import { ApiError, Unreachable } from "../api/client";
import { lists } from "../api/resources";
import { ticketPushes } from "./connection";
import { readsTickets } from "./session";

/** How many callers wait to be called back. */
export const callbacksOpen = signal(0);

/** Counts again whenever tickets have changed. A count that cannot be had now stays as it was until the next one. */
export function startCallbackCount(): void {
  effect(() => {
    void ticketPushes.value;
    if (readsTickets.value) void count();
  });
}

async function count(): Promise<void> {
  try {
    callbacksOpen.value = (await lists.callbacks({ limit: 1 })).total ?? 0;
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof Unreachable)) throw error;
  }
}
