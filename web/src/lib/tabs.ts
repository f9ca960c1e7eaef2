import { signal } from "@preact/signals";

/** Whether another tab of this browser holds the desk now: this one then shows, but neither beeps nor notifies. */
export const deskElsewhere = signal(false);

const name = "sambut.desk";
let channel: BroadcastChannel | null = null;

/** The tab that was opened last (or asked for it) holds the desk; the others say so. */
export function claimDesk(user: string): void {
  channel ??= open();
  channel.postMessage({ claim: user });
  deskElsewhere.value = false;
}

function open(): BroadcastChannel {
  const made = new BroadcastChannel(name);
  made.onmessage = () => (deskElsewhere.value = true);
  return made;
}

export function leaveDesk(): void {
  channel?.close();
  channel = null;
  deskElsewhere.value = false;
}
