import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { t } from "../texts";
import { Button } from "./button";

interface Props {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  testid?: string;
  /** For two columns side by side. */
  wide?: boolean;
}

/** A modal dialog of the browser's own kind: focus stays inside, Escape closes, focus returns afterwards. */
export function Dialog({ title, onClose, children, testid, wide = false }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const wanted = useRef(true);
  const titleId = useId(); // one may ask something above another
  useEffect(() => {
    const element = dialog.current;
    wanted.current = true;
    if (element !== null && !element.open) element.showModal();
    return () => {
      wanted.current = false; // its `close` event comes later, when another dialog may already be open
      element?.close();
    };
  }, []);
  return (
    <dialog ref={dialog} class={wide ? "dialog-wide" : ""} aria-labelledby={titleId} onClose={() => wanted.current && onClose()} data-testid={testid}>
      <div class="dialog-head">
        <h2 id={titleId}>{title}</h2>
        <Button look="quiet" icon="close" label={t("close")} onClick={onClose} />
      </div>
      <div class="dialog-body">{children}</div>
    </dialog>
  );
}
