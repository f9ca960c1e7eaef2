import type { CellContent, StoredCell } from "../api/matrix";

/** A required detail as it stands in the form. `code` is empty for a new one. */
export interface DetailDraft {
  code: string;
  id: string;
  en: string;
}

/** A cell as the form holds it: all text, examples one a line. */
export interface CellDraft {
  label_id: string;
  label_en: string;
  unit: string;
  validation: boolean;
  priority: string;
  answer_id: string;
  answer_en: string;
  required: readonly DetailDraft[];
  examples: string;
  active: boolean;
}

export type DraftField = keyof CellDraft;

export const DRAFT_FIELDS: readonly DraftField[] = [
  "label_id", "label_en", "unit", "validation", "priority", "answer_id", "answer_en", "required", "examples", "active",
];

export function draftOf(cell: StoredCell): CellDraft {
  return {
    label_id: cell.label?.id ?? "",
    label_en: cell.label?.en ?? "",
    unit: cell.unit ?? "",
    validation: cell.validation ?? false,
    priority: cell.priority ?? "normal",
    answer_id: cell.answer?.id ?? "",
    answer_en: cell.answer?.en ?? "",
    required: (cell.required ?? []).map(({ code, label }) => ({ code: code ?? "", ...label })),
    examples: (cell.examples ?? []).join("\n"),
    active: cell.active ?? true,
  };
}

export function contentOf(draft: CellDraft): CellContent {
  const answer = { id: draft.answer_id.trim(), en: draft.answer_en.trim() };
  return {
    label: { id: draft.label_id.trim(), en: draft.label_en.trim() },
    unit: draft.unit.trim(),
    validation: draft.validation,
    priority: draft.priority,
    answer: answer.id === "" && answer.en === "" ? null : answer,
    required: draft.required.map(({ code, id, en }) => ({ ...(code === "" ? {} : { code }), label: { id: id.trim(), en: en.trim() } })),
    examples: draft.examples.split("\n").map((line) => line.trim()).filter((line) => line !== ""),
    active: draft.active,
  };
}

const same = (one: CellDraft, other: CellDraft, field: DraftField): boolean =>
  JSON.stringify(one[field]) === JSON.stringify(other[field]);

/** The fields in which two drafts differ, in the form's order. */
export const differing = (one: CellDraft, other: CellDraft): readonly DraftField[] =>
  DRAFT_FIELDS.filter((field) => !same(one, other, field));

/**
 * What was typed into `base`, carried over to what somebody else has stored meanwhile. Fields that only the other has
 * changed are theirs; what was typed stays, and `collided` names what both have changed, to different values.
 */
export function carriedOver(mine: CellDraft, base: CellDraft, theirs: CellDraft): { draft: CellDraft; collided: readonly DraftField[] } {
  const typed = differing(mine, base);
  const kept = Object.fromEntries(typed.map((field) => [field, mine[field]])) as Partial<CellDraft>;
  const collided = typed.filter((field) => !same(base, theirs, field) && !same(mine, theirs, field));
  return { draft: { ...theirs, ...kept }, collided };
}

/** The field of the form that a refusal of the server is about: `required.1.label.id` is in `required`. */
export function fieldOfProblem(path: string): DraftField | null {
  const [first = "", second = ""] = path.split(".");
  const named = (first === "label" || first === "answer") && second !== "" ? `${first}_${second}` : first;
  return (DRAFT_FIELDS as readonly string[]).includes(named) ? (named as DraftField) : null;
}

/** A code for a new subject, made of what it is called. */
export const subjectCode = (label: string): string =>
  label.normalize("NFD").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 40);
