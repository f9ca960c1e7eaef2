import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icon";

export interface ButtonProps {
  children?: ComponentChildren;
  /** `primary` is the one thing to do next, `danger` ends something, `quiet` is for the rest. */
  look?: "primary" | "plain" | "quiet" | "danger";
  icon?: IconName;
  /** A shortcut that does the same, shown on the button. */
  keys?: string;
  /** For a button that shows only its icon. */
  label?: string;
  /** Says more than the text has room for. */
  title?: string;
  pressed?: boolean;
  disabled?: boolean;
  busy?: boolean;
  type?: "button" | "submit";
  testid?: string;
  class?: string;
  onClick?: () => void;
}

export function Button(props: ButtonProps) {
  const { look = "plain", icon, keys, label, busy = false, type = "button" } = props;
  return (
    <button
      type={type}
      class={`button button-${look} ${props.class ?? ""}`}
      aria-label={label}
      title={props.title ?? label}
      aria-pressed={props.pressed}
      aria-keyshortcuts={keys?.replace(/Ctrl/g, "Control")}
      aria-busy={busy || undefined}
      disabled={props.disabled === true || busy}
      data-testid={props.testid}
      onClick={props.onClick}
    >
      {icon !== undefined && <Icon name={icon} />}
      {props.children !== undefined && <span class="button-text">{props.children}</span>}
      {keys !== undefined && <kbd aria-hidden="true">{keys}</kbd>}
    </button>
  );
}
