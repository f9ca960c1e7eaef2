import type { ComponentChildren } from "preact";
import { t } from "../texts";
import { Icon, type IconName } from "./icon";

export function Empty({ icon, title, text, children }: { icon: IconName; title: string; text?: string; children?: ComponentChildren }) {
  return (
    <div class="empty" data-testid="empty">
      <Icon name={icon} />
      <h2>{title}</h2>
      {text !== undefined && <p>{text}</p>}
      {children}
    </div>
  );
}

/** A label above a control, with a line below that is there even when it is empty. */
export function Labelled({ label, for: id, hint, error, keys, children }: { label: string; for: string; hint?: string; error?: string; keys?: string; children: ComponentChildren }) {
  return (
    <div class="field">
      <label for={id}>{label} {keys !== undefined && <kbd aria-hidden="true">{keys}</kbd>}</label>
      {children}
      <p class={error === undefined ? "hint" : "hint hint-error"} id={`${id}-hint`}>
        {error ?? hint ?? ""}
      </p>
    </div>
  );
}

export function Select<T extends string>(props: {
  id?: string;
  label?: string;
  value: T;
  options: readonly (readonly [T, string])[];
  testid?: string;
  onChange: (value: T) => void;
}) {
  return (
    <select
      id={props.id}
      aria-label={props.label}
      data-testid={props.testid}
      value={props.value}
      onChange={(event) => props.onChange(event.currentTarget.value as T)}
    >
      {props.options.map(([value, text]) => (
        <option key={value} value={value}>{text}</option>
      ))}
    </select>
  );
}

export const Loading = () => <p class="loading" role="status">{t("loading")}</p>;

export function KeyValue({ items }: { items: readonly (readonly [string, ComponentChildren])[] }) {
  return (
    <dl class="key-value">
      {items.map(([term, value]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
