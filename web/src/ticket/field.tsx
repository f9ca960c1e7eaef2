import type { ComponentChildren } from "preact";
import type { Field } from "../lib/merge";
import type { SaveState, TicketEditor } from "../state/editor";
import { categoryLabel, officeName } from "../state/reference";
import { t, tryText } from "../texts";
import { Button } from "../ui/button";
import { Icon } from "../ui/icon";

const STATE_TEXT = {
  pending: "pending_save",
  saving: "saving",
  saved: "saved",
  failed: "save_failed",
  invalid: "save_invalid",
  conflict: "save_conflict",
} as const;

function SaveMark({ state, field }: { state: SaveState; field: Field }) {
  return (
    <span class={`save-mark save-${state}`} data-testid={`save-${field}`} data-state={state}>
      {state === "saved" && <Icon name="check" />}
      {(state === "failed" || state === "invalid" || state === "conflict") && <Icon name="warning" />}
      {state !== "clean" && t(STATE_TEXT[state])}
    </span>
  );
}

/** A stored value in words: the code of an office or category by its name. */
export function shown(field: Field, value: string): string {
  if (value === "") return t("empty_value");
  if (field === "category") return categoryLabel(value);
  if (field === "region") return officeName(value);
  return field === "kind" ? tryText(`kind_${value}`) : value;
}

/** Both values side by side, and nothing lost until a person has chosen. */
function Conflict({ editor, field }: { editor: TicketEditor; field: Field }) {
  const theirs = editor.conflicts.value[field];
  if (theirs === undefined) return null;
  const by = theirs.by ?? t("conflict_somebody");
  return (
    <div class="conflict" role="alert" data-testid={`conflict-${field}`}>
      <p><Icon name="warning" /> {t("conflict_title", { by })}</p>
      <div class="conflict-sides">
        <div>
          <strong>{t("conflict_mine")}</strong>
          <p data-testid={`conflict-mine-${field}`}>{shown(field, editor.value(field))}</p>
          <Button look="primary" testid={`conflict-keep-${field}`} onClick={() => editor.keepMine(field)}>
            {t("conflict_keep")}
          </Button>
        </div>
        <div>
          <strong>{t("conflict_theirs", { by })}</strong>
          <p data-testid={`conflict-theirs-${field}`}>{shown(field, theirs.value)}</p>
          <Button testid={`conflict-take-${field}`} onClick={() => editor.takeTheirs(field)}>{t("conflict_take")}</Button>
        </div>
      </div>
    </div>
  );
}

interface Props {
  editor: TicketEditor;
  field: Field;
  hint?: string;
  /** Stands in the label's line: something to do with the field. */
  aside?: ComponentChildren;
  /** The hint stands in the label's line, not below: for fields that need all the height there is. */
  hintInLine?: boolean;
  /** A group of buttons is labelled by `aria-labelledby`, a single control by `for`. */
  group?: boolean;
  class?: string;
  children: ComponentChildren;
}

/** Label, save state, control, and one line for hint or error that is always there: nothing jumps. */
export function TicketField({ editor, field, hint = "", aside, hintInLine = false, group = false, class: className = "", children }: Props) {
  const problem = editor.problems.value[field];
  const label = t(`field_${field}`);
  const below = (
    <p
      class={problem === undefined ? "hint" : "hint hint-error"}
      id={`${field}-hint`}
      title={problem ?? hint}
      data-testid={`hint-${field}`}
    >
      <span>{problem ?? hint}</span>
    </p>
  );
  return (
    <div class={`field ${className}`} data-field={field}>
      {children}
      <div class="field-line">
        {group ? <span class="label" id={`${field}-label`}>{label}</span> : <label for={field}>{label}</label>}
        {aside}
        {hintInLine && below}
        <SaveMark state={editor.state(field)} field={field} />
      </div>
      {!hintInLine && below}
      <Conflict editor={editor} field={field} />
    </div>
  );
}
