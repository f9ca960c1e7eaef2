import type { Said } from "../api/types";

/** As exactly as the server keeps it (`SEEN_EVERY_S` in desk/sign_in.py). */
const SAY_EVERY_MS = 60_000;

/** Tells the server, at most once a minute, that somebody types or points here: who does neither is signed out one day. */
export function startActivity(say: (said: Said) => void): void {
  let saidAt = -SAY_EVERY_MS;
  const active = () => {
    const now = performance.now();
    if (now - saidAt < SAY_EVERY_MS) return;
    saidAt = now;
    say({ type: "active" });
  };
  for (const kind of ["keydown", "pointerdown", "pointermove", "wheel"] as const) addEventListener(kind, active, { passive: true, capture: true });
}
