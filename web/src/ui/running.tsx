import { clock, secondsSince } from "../lib/time";
import { now } from "../state/clock";

/** A timer that counts from `since`, in digits of equal width so that nothing beside it moves. */
export function Running({ since, testid }: { since: string | null; testid?: string }) {
  const seconds = since === null ? 0 : secondsSince(since, now.value);
  return (
    <span class="digits" role="timer" data-testid={testid}>
      {since === null ? "–" : clock(seconds)}
    </span>
  );
}
