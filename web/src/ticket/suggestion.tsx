import type { TicketSummary } from "../api/types";
import { type Field, fieldOf } from "../lib/merge";
import type { TicketEditor } from "../state/editor";
import { t } from "../texts";
import { Button } from "../ui/button";
import { shown } from "./field";

interface Props {
  editor: TicketEditor;
  field: Field;
  earlier: readonly TicketSummary[];
}

/** Offers what an earlier ticket of this number holds, for a field that is still empty. A person decides. */
export function Suggestion({ editor, field, earlier }: Props) {
  const value = earlier.map((ticket) => fieldOf(ticket, field)).find((text) => text !== "");
  if (value === undefined || editor.value(field) !== "") return null;
  const text = shown(field, value);
  return (
    <Button
      look="quiet"
      icon="insert"
      class="suggestion"
      title={t("use_earlier", { value: text })}
      testid={`suggestion-${field}`}
      onClick={() => editor.set(field, value, 0)}
    >
      {text}
    </Button>
  );
}
