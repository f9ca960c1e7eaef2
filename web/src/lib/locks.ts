/**
 * A lock that all tabs of this browser see (Web Locks). A tab that holds one is not put to sleep either. Without HTTPS
 * there are none: then nobody holds anything.
 */

const held = new Map<string, () => void>();

export function holdLock(name: string): void {
  if (navigator.locks === undefined || held.has(name)) return;
  let letGo = () => undefined as void;
  const kept = new Promise<void>((resolve) => (letGo = resolve));
  held.set(name, letGo);
  void navigator.locks.request(name, () => kept);
}

export function leaveLock(name: string): void {
  held.get(name)?.();
  held.delete(name);
}

/** Whether another tab of this browser holds it. */
export async function heldElsewhere(name: string): Promise<boolean> {
  if (navigator.locks === undefined || held.has(name)) return false;
  const { held: all = [] } = await navigator.locks.query();
  return all.some((lock) => lock.name === name);
}
