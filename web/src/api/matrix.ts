import { get, post, put, query } from "./client";
import type { Category, CategoryDetail, Kind, Words } from "./types";

/** What can be edited of a cell; kind, subject and code are what it is. */
export interface CellContent {
  label: Words;
  unit: string;
  validation: boolean;
  priority: string;
  answer: Words | null;
  required: readonly (Omit<CategoryDetail, "code"> & { code?: string })[];
  examples: readonly string[];
  active: boolean;
}

/** A cell as the history keeps it, by the version of the program that wrote it. */
export type StoredCell = Partial<CellContent>;

export interface CategoryEdit {
  id: number;
  code: string;
  number: number;
  at: string;
  by: string;
  action: "add" | "change" | "reset";
  before: StoredCell | null;
  after: StoredCell;
}

export interface SuggestionModel {
  trained_at: string | null;
  examples: number;
  tickets: number;
  training: boolean;
}

const cellPath = (code: string) => `/categories/${encodeURIComponent(code)}`;

export const matrix = {
  change: (code: string, revision: number, content: CellContent) => put<Category>(cellPath(code), { ...content, revision }),
  add: (kind: Kind, subject: string, content: CellContent) => post<Category>("/categories", { ...content, kind, subject }),
  reset: (code: string, revision: number) => post<Category>(`${cellPath(code)}/reset`, { revision }),
  history: (filter: { code?: string; cursor?: string; limit: number }) =>
    get<{ items: CategoryEdit[]; next: string | null; total: number }>(`/categories/history${query(filter)}`),
};

export const suggestions = {
  category: (text: string, kind: Kind | null) =>
    post<{ items: { code: string; score: number }[]; model: SuggestionModel }>("/suggestions/category", { text, kind }),
  model: () => get<SuggestionModel>("/suggestions/model"),
  learn: () => post<SuggestionModel>("/suggestions/model"),
};
