import type { Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Button, type ButtonProps } from "./button";

interface Props {
  open: Signal<boolean>;
  button: ButtonProps;
  /** What gets the focus when it opens, as a selector inside the panel. */
  first?: string;
  children: ComponentChildren;
}

/** A panel under a button. Escape and a click elsewhere close it, and focus goes back to the button. */
export function Popover({ open, button, first = ":is(input, button)", children }: Props) {
  const root = useRef<HTMLDivElement>(null);
  const isOpen = open.value;

  useEffect(() => {
    if (!isOpen) return undefined;
    root.current?.querySelector<HTMLElement>(`.popover-panel ${first}`)?.focus();
    const outside = (event: PointerEvent) => {
      if (event.target instanceof Node && root.current?.contains(event.target) !== true) open.value = false;
    };
    const escape = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      open.value = false;
      root.current?.querySelector("button")?.focus();
    };
    addEventListener("pointerdown", outside);
    addEventListener("keydown", escape);
    return () => {
      removeEventListener("pointerdown", outside);
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
