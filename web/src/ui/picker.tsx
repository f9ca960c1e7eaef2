import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { matches } from "../lib/filter";
import { t } from "../texts";

export interface Option {
  value: string;
  label: string;
  /** A word beside the label: why it is suggested, what it needs. */
  note?: string;
  /** Typing this character into the empty filter picks at once. */
  digit?: string;
}

interface Props {
  id: string;
  value: string;
  /** What the closed picker shows for `value`. */
  text: string;
  options: readonly Option[];
  columns?: number;
  placeholder: string;
  header?: ComponentChildren;
  disabled?: boolean;
  invalid?: boolean;
  testid: string;
  onPick: (value: string) => void;
  /** Keys the picker does not know itself (switching the kind of the matrix). */
  onKey?: (key: string) => boolean;
}

/** Heights in pixels, as parts.css has them: an option at its tallest, the list at its tallest, the head and margins. */
const [OPTION_PX, LIST_PX, HEAD_PX] = [40, 272, 56];

/** Above the input only where it does not fit below and there is more room above. */
function opensUpward(input: HTMLInputElement | null, rows: number): boolean {
  if (input === null) return false;
  const { top, bottom } = input.getBoundingClientRect();
  const below = window.innerHeight - bottom;
  return below < Math.min(LIST_PX, rows * OPTION_PX) + HEAD_PX && top > below;
}

/** A filter to type in and a list or grid to pick from (WAI-ARIA combobox). It floats: opening it moves nothing. */
export function Picker(props: Props) {
  const { id, columns = 1 } = props;
  const open = useSignal(false);
  /** `null` until something is typed: then the input still shows what is picked. */
  const typed = useSignal<string | null>(null);
  const filter = typed.value ?? "";
  const active = useSignal(0);
  const upward = useSignal(false);
  const input = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const shown = props.options.filter((option) => matches(`${option.label} ${option.note ?? ""}`, filter));
  const index = Math.min(active.value, shown.length - 1);

  useEffect(() => {
    list.current?.querySelector("[data-active=true]")?.scrollIntoView({ block: "nearest" });
  });

  const show = () => {
    upward.value = opensUpward(input.current, Math.ceil(props.options.length / columns));
    open.value = true;
    typed.value = null;
    active.value = Math.max(0, props.options.findIndex((option) => option.value === props.value));
  };
  const pick = (option: Option | undefined) => {
    if (option !== undefined) props.onPick(option.value);
    open.value = false;
    typed.value = null;
  };
  const move = (by: number) => {
    if (!open.value) return show();
    active.value = Math.max(0, Math.min(shown.length - 1, index + by));
  };
  const steps: Record<string, number> = { ArrowDown: columns, ArrowUp: -columns };
  if (columns > 1 && open.value) Object.assign(steps, { ArrowLeft: -1, ArrowRight: 1 });

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (handled(event.key)) event.preventDefault();
  };
  const handled = (key: string): boolean => {
    if (props.onKey?.(key) === true) return true;
    const step = steps[key];
    const digit = filter === "" && open.value ? shown.find((option) => option.digit === key) : undefined;
    if (step !== undefined) move(step);
    else if (key === "Enter" && open.value) pick(shown[index]);
    else if (key === "Escape" && open.value) pick(undefined);
    else if (digit !== undefined) pick(digit);
    else if (key === "Tab" && filter !== "") return pick(shown[index]), false;
    else return false;
    return true;
  };

  return (
    <div class="picker">
      <input
        ref={input}
        id={id}
        type="text"
        role="combobox"
        autocomplete="off"
        spellcheck={false}
        aria-expanded={open.value}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={open.value && index >= 0 ? `${id}-${index}` : undefined}
        aria-invalid={props.invalid === true || undefined}
        aria-describedby={`${id}-hint`}
        placeholder={props.placeholder}
        disabled={props.disabled}
        data-testid={props.testid}
        value={open.value ? (typed.value ?? props.text) : props.text}
        onFocus={(event) => {
          show();
          event.currentTarget.select();
        }}
        onClick={() => open.value || show()}
        onBlur={() => pick(undefined)}
        onInput={(event) => {
          open.value = true;
          active.value = 0;
          typed.value = event.currentTarget.value;
        }}
        onKeyDown={onKeyDown}
      />
      {open.value && (
        <div class={upward.value ? "picker-panel picker-up" : "picker-panel"} onMouseDown={(event) => event.preventDefault()}>
          {props.header}
          <div
            ref={list}
            class={`picker-list picker-columns-${columns}`}
            id={`${id}-list`}
            role="listbox"
            aria-label={props.placeholder}
          >
            {shown.map((option, at) => (
              <div
                key={option.value}
                id={`${id}-${at}`}
                role="option"
                class="picker-option"
                aria-selected={option.value === props.value}
                data-active={at === index}
                data-value={option.value}
                data-testid={`${props.testid}-option`}
                onClick={() => pick(option)}
              >
                {option.digit !== undefined && <kbd>{option.digit}</kbd>}
                <span>{option.label}</span>
                {option.note !== undefined && <small>{option.note}</small>}
              </div>
            ))}
          </div>
          {shown.length === 0 && <p class="picker-none">{t("nothing_matches")}</p>}
        </div>
      )}
    </div>
  );
}
