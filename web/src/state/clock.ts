import { signal } from "@preact/signals";

/** Server time minus this computer's, in milliseconds: office computers are minutes off, the standard times are not. */
let offset = 0;

/** Now by the server's clock, in epoch milliseconds; moves once a second, and every running timer hangs on it. */
export const now = signal(Date.now());

export const serverNow = (): number => Date.now() + offset;

/** Learns the offset from a message the server has just stamped. The way here takes a moment: small changes are noise. */
export function learnServerTime(at: string): void {
  const measured = Date.parse(at) - Date.now();
  if (Number.isNaN(measured) || Math.abs(measured - offset) < 1500) return;
  offset = measured;
  now.value = serverNow();
}

export function startClock(): void {
  const tick = () => {
    now.value = serverNow();
    window.setTimeout(tick, 1000 - (serverNow() % 1000) + 5);
  };
  tick();
}
