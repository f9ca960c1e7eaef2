import type { CellDraft } from "../lib/cell";

/** What was typed into a cell and not saved, until the page is left: a closed dialog loses nothing. */
const drafts = new Map<string, { draft: CellDraft; base: CellDraft; revision: number }>();

export type KeptDraft = NonNullable<ReturnType<typeof keptDraft>>;

export const keptDraft = (key: string) => drafts.get(key) ?? null;

export function keepDraft(key: string, kept: KeptDraft): void {
  drafts.set(key, kept);
}

export function dropDraft(key: string): void {
  drafts.delete(key);
}

export const keptCells = (): number => drafts.size;

export const forgetCells = (): void => drafts.clear();
