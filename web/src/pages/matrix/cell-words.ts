import type { CellDraft, DraftField } from "../../lib/cell";
import { t, type TextKey } from "../../texts";

export const fieldLabel = (field: DraftField): string => t(`cell_${field}` as TextKey);

/** A field of a cell in words, for the history and for what somebody else has typed. */
export function inWords(draft: CellDraft, field: DraftField): string {
  const value = draft[field];
  if (field === "required") return draft.required.map(({ id, en }) => `${id} / ${en}`).join("\n") || t("empty_value");
  if (typeof value === "boolean") return t(value ? "yes" : "no");
  if (field === "priority") return t(draft.priority === "high" ? "priority_high" : "priority_normal");
  return value === "" ? t("empty_value") : String(value);
}
