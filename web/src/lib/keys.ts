import { useLayoutEffect } from "preact/hooks";

export type Shortcuts = Readonly<Record<string, () => void>>;

/** `Alt+1`, `Ctrl+Enter`, `?`: the modifier names in a fixed order, then the key. */
export function keyName(event: KeyboardEvent): string {
  const key = event.key.length === 1 && event.key !== "?" ? event.key.toUpperCase() : event.key;
  const digit = /^Digit(\d)$/.exec(event.code)?.[1];
  const plain = event.altKey && digit !== undefined ? digit : key;
  const shift = event.shiftKey && key.length > 1 ? "Shift+" : "";
  return `${event.ctrlKey || event.metaKey ? "Ctrl+" : ""}${event.altKey ? "Alt+" : ""}${shift}${plain}`;
}

/** Whether the person is typing: then a bare letter is a letter. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
}

/**
 * Binds shortcuts while the component is on the page, in the same moment as what it shows: a key must never do what the
 * last picture offered. A bare character never fires while someone types.
 */
export function useShortcuts(shortcuts: Shortcuts): void {
  useLayoutEffect(() => {
    const handle = (event: KeyboardEvent) => {
      const name = keyName(event);
      const action = shortcuts[name];
      if (action === undefined || (name.length === 1 && isTyping(event.target))) return;
      event.preventDefault();
      action();
    };
    addEventListener("keydown", handle);
    return () => removeEventListener("keydown", handle);
  });
}
