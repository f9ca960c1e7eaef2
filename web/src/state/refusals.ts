import { ApiError } from "../api/client";
import type { Field } from "../lib/merge";
import { t, tryText } from "../texts";
import { explain } from "./notices";
import { detailLabel } from "./reference";

export const fieldName = (field: string): string => tryText(`field_${field}`, detailLabel(field) || field);

const named = (fields: readonly string[]): string => fields.map(fieldName).join(", ");

/** Fields that stand in the way of a step, named. */
export const missingText = (fields: readonly string[]): string => t("missing_fields", { fields: named(fields) });

export const savedText = (fields: readonly string[]): string => t("fields_saved", { fields: named(fields) });

export const blockOf = (fields: readonly Field[]): string => t("unsaved_block", { fields: named(fields) });

/** Why the server refused a step: its words, and the missing fields by name when it lists them. */
export function refusal(error: unknown): string {
  const text = explain(error);
  const missing = error instanceof ApiError ? error.problem["missing"] : undefined;
  return Array.isArray(missing) && missing.length > 0 ? `${text} ${missingText(missing.map(String))}` : text;
}
