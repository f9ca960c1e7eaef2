import type { Language } from "../api/types";
import { useShortcuts } from "../lib/keys";
import type { TicketEditor } from "../state/editor";
import { categoryOf } from "../state/reference";
import { t } from "../texts";
import { Button } from "../ui/button";
import { addToAnswer } from "./add-answer";
import { TicketField } from "./field";
import type { FieldProps } from "./text-fields";

/** Where a standard answer leaves room for the plate, in either language. */
const PLATE_PLACE = /\[(nomor polisi|registration number)\]/g;

/** The category's standard answer in the caller's language, with the plate in its place; `""` when it has none. */
function standardAnswer(editor: TicketEditor): string {
  const answer = categoryOf(editor.value("category"))?.answer ?? "";
  const language: Language = editor.ticket.value.language;
  const text = typeof answer === "string" ? answer : answer[language];
  const plate = editor.value("plate");
  return plate === "" ? text : text.replace(PLATE_PLACE, plate);
}

const insert = (editor: TicketEditor): void => addToAnswer(editor, standardAnswer(editor));

export function AnswerField({ editor, readOnly }: FieldProps) {
  useShortcuts(readOnly ? {} : { "Alt+S": () => insert(editor) });
  const has = standardAnswer(editor) !== "";
  const aside = (
    <Button
      look="quiet"
      icon="insert"
      keys="Alt+S"
      disabled={readOnly || !has}
      testid="insert-standard-answer"
      onClick={() => insert(editor)}
    >
      {t("insert_standard_answer")}
    </Button>
  );
  return (
    <TicketField editor={editor} field="answer" aside={aside} hintInLine hint={has || editor.value("category") === "" ? "" : t("no_standard_answer")}>
      <textarea
        id="answer"
        rows={4}
        readOnly={readOnly}
        aria-describedby="answer-hint"
        aria-invalid={"answer" in editor.problems.value || undefined}
        data-testid="field-answer"
        value={editor.value("answer")}
        onInput={(event) => editor.set("answer", event.currentTarget.value)}
        onBlur={() => void editor.flush()}
      />
    </TicketField>
  );
}
