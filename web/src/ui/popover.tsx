import type { Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Button, type ButtonProps } from "./button";

interface Props {
  open: Signal<boolean>;
  button: ButtonProps;
  /** What gets the focus when it opens, as a selector inside the panel. */
  first?: string;
  children: ComponentChildren;
}

/**
 * A panel under a button. Escape closes it, and focus goes back to the button; so does a click elsewhere, and the focus
 * that goes elsewhere: of two open panels both would take the same digit.
 */
export function Popover({ open, button, first = ":is(input, button)", children }: Props) {
  const root = useRef<HTMLDivElement>(null);
  const isOpen = open.value;

  useLayoutEffect(() => {
    if (!isOpen) return undefined;
    root.current?.querySelector<HTMLElement>(`.popover-panel ${first}`)?.focus();
    const outside = (event: Event) => {
      if (event.target instanceof Node && root.current?.contains(event.target) !== true) open.value = false;
    };
    const escape = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      open.value = false;
      root.current?.querySelector("button")?.focus();
    };
    addEventListener("pointerdown", outside);
    addEventListener("focusin", outside);
    addEventListener("keydown", escape);
    return () => {
      removeEventListener("pointerdown", outside);
      removeEventListener("focusin", outside);
      removeEventListener("keydown", escape);
    };
  }, [isOpen]);

  return (
    <div class="popover" ref={root} data-open={isOpen}>
      <Button {...button} onClick={() => (open.value = !open.value)} />
      {isOpen && <div class="popover-panel">{children}</div>}
    </div>
  );
}
