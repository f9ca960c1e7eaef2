import { ApiError, Unreachable } from "../api/client";
import type { Field } from "../lib/merge";
import { local, t, tryText } from "../texts";
import { explain } from "./notices";
import { detailLabel } from "./reference";

/** What the server refused, by field, in its words; under "" what is about no field. */
export type FieldProblems = Readonly<Record<string, string>>;

/** Rethrows what is no refusal. */
export function fieldProblems(error: unknown): FieldProblems {
  if (!(error instanceof ApiError || error instanceof Unreachable)) throw error;
  const fields = error instanceof ApiError ? (error.problem.errors ?? []) : [];
  if (fields.length === 0) return { "": explain(error) };
  return Object.fromEntries(fields.map((each) => [each.field, local(each.message)]));
}

/** The `error` of a field's `Labelled`; none when the field was not refused. */
export const errorOf = (problems: FieldProblems, field: string): { error?: string } => {
  const text = problems[field];
  return text === undefined ? {} : { error: text };
};

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
