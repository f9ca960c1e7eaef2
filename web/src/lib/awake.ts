let lock: WakeLockSentinel | null = null;
let wanted = false;

/**
 * Keeps the computer from falling asleep while calls may come: a sleeping computer is a phone that is gone. The browser
 * ends it whenever the page is hidden, so it is asked for again when the page is seen.
 */
export function keepAwake(on: boolean): void {
  if (wanted === on) return;
  wanted = on;
  if (on) void acquire();
  else void lock?.release();
}

async function acquire(): Promise<void> {
  if (!("wakeLock" in navigator) || document.hidden) return;
  try {
    lock = await navigator.wakeLock.request("screen");
    if (!wanted) void lock.release();
  } catch (error) {
    if (!(error instanceof DOMException)) throw error; // refused when the battery is low
  }
}

export function startAwake(): void {
  document.addEventListener("visibilitychange", () => {
    if (wanted && !document.hidden) void acquire();
  });
}
