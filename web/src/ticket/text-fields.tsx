import type { TicketSummary } from "../api/types";
import type { Field } from "../lib/merge";
import { formatPlate, plateArea, plateParts } from "../lib/plate";
import { TYPING_MS, type TicketEditor } from "../state/editor";
import { reference } from "../state/reference";
import { local, t } from "../texts";
import { TicketField } from "./field";
import { Suggestion } from "./suggestion";

export interface FieldProps {
  editor: TicketEditor;
  readOnly: boolean;
}

const invalid = (editor: TicketEditor, field: Field) => field in editor.problems.value || undefined;

/** For fields that earlier tickets of the same number may know. */
export interface KnownFieldProps extends FieldProps {
  earlier: readonly TicketSummary[];
}

export function NameField({ editor, readOnly, earlier }: KnownFieldProps) {
  const aside = !readOnly && <Suggestion editor={editor} field="caller_name" earlier={earlier} />;
  return (
    <TicketField editor={editor} field="caller_name" aside={aside}>
      <input
        id="caller_name"
        type="text"
        autocomplete="off"
        spellcheck={false}
        readOnly={readOnly}
        aria-describedby="caller_name-hint"
        aria-invalid={invalid(editor, "caller_name")}
        data-testid="field-caller_name"
        value={editor.value("caller_name")}
        onInput={(event) => editor.set("caller_name", event.currentTarget.value)}
        onBlur={() => void editor.flush()}
      />
    </TicketField>
  );
}

/** The area in words as soon as the letters are there: the operator hears at once whether they were heard right. */
function plateHint(plate: string): string {
  const area = plateArea(plate);
  const label = reference.value?.areas[area];
  return area === "" || label === undefined ? t("plate_example") : t("plate_area_is", { area, label: local(label) });
}

export function PlateField({ editor, readOnly, earlier }: KnownFieldProps) {
  const plate = editor.value("plate");
  const aside = !readOnly && <Suggestion editor={editor} field="plate" earlier={earlier} />;
  return (
    <TicketField editor={editor} field="plate" hint={plateHint(plate)} aside={aside}>
      <input
        id="plate"
        type="text"
        class="plate"
        autocomplete="off"
        autocapitalize="characters"
        spellcheck={false}
        readOnly={readOnly}
        aria-describedby="plate-hint"
        aria-invalid={invalid(editor, "plate")}
        data-testid="field-plate"
        value={plate}
        onInput={(event) => {
          const typed = event.currentTarget.value;
          editor.set("plate", typed, plateParts(typed) === null ? null : TYPING_MS);
        }}
        onBlur={(event) => {
          const formatted = formatPlate(event.currentTarget.value);
          if (formatted !== plate) editor.set("plate", formatted, 0);
          else void editor.flush();
        }}
      />
    </TicketField>
  );
}

export function DescriptionField({ editor, readOnly }: FieldProps) {
  return (
    <TicketField editor={editor} field="description" hintInLine>
      <textarea
        id="description"
        rows={2}
        readOnly={readOnly}
        aria-describedby="description-hint"
        aria-invalid={invalid(editor, "description")}
        data-testid="field-description"
        value={editor.value("description")}
        onInput={(event) => editor.set("description", event.currentTarget.value)}
        onBlur={() => void editor.flush()}
      />
    </TicketField>
  );
}
