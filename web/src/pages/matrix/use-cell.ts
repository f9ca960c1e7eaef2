import { type Signal, signal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { ApiError, Unreachable } from "../../api/client";
import { matrix } from "../../api/matrix";
import type { Category } from "../../api/types";
import { type CellDraft, carriedOver, contentOf, differing, type DraftField, draftOf, fieldOfProblem } from "../../lib/cell";
import { dropDraft, keepDraft, keptDraft } from "../../state/cell-drafts";
import { explain, notify } from "../../state/notices";
import { loadCategories } from "../../state/reference";
import { local, t } from "../../texts";

export type Problems = Partial<Record<DraftField, string>>;

/** The refused fields with the server's words, and what is said about none of them. */
export function refusedFields(error: ApiError): { fields: Problems; general: string } {
  const found = (error.problem.errors ?? []).map((each) => [fieldOfProblem(each.field), local(each.message)] as const);
  const fields = Object.fromEntries(found.filter(([field]) => field !== null)) as Problems;
  return { fields, general: Object.keys(fields).length > 0 ? "" : explain(error) };
}

/** What somebody else has stored while this was typed, and which fields both have changed. */
export interface Collision {
  theirs: CellDraft;
  fields: readonly DraftField[];
}

/** A cell's form: what is typed, from which edit of the cell it began, and what the server said. */
export class CellForm {
  readonly draft: Signal<CellDraft>;
  readonly problems = signal<Problems>({});
  readonly general = signal("");
  readonly busy = signal(false);
  readonly collision = signal<Collision | null>(null);
  /** What is here was typed before the dialog was last closed. */
  readonly restored: Signal<boolean>;
  private base: CellDraft;
  private revision: number;

  constructor(private readonly cell: Category, private readonly done: () => void) {
    const kept = keptDraft(cell.code);
    this.base = kept?.base ?? draftOf(cell);
    this.revision = kept?.revision ?? cell.revision;
    this.draft = signal(kept?.draft ?? this.base);
    this.restored = signal(kept !== null);
  }

  readonly save = (): Promise<void> => this.finish(() => matrix.change(this.cell.code, this.revision, contentOf(this.draft.value)));

  readonly reset = (): Promise<void> => this.finish(() => matrix.reset(this.cell.code, this.revision));

  /** Closes the dialog; what is typed and not saved is kept until it is opened again. */
  readonly leave = (): void => {
    if (differing(this.draft.value, this.base).length === 0) dropDraft(this.cell.code);
    else keepDraft(this.cell.code, { draft: this.draft.value, base: this.base, revision: this.revision });
    this.done();
  };

  readonly startAgain = (): void => {
    dropDraft(this.cell.code);
    this.base = draftOf(this.cell);
    this.revision = this.cell.revision;
    this.draft.value = this.base;
    this.restored.value = false;
  };

  private async finish(work: () => Promise<unknown>): Promise<void> {
    [this.problems.value, this.general.value, this.busy.value] = [{}, "", true];
    try {
      await work();
      dropDraft(this.cell.code);
      notify("success", t("cell_saved"));
      await loadCategories();
      this.done();
    } catch (error) {
      if (!(error instanceof ApiError || error instanceof Unreachable)) throw error;
      this.refused(error);
    }
    this.busy.value = false;
  }

  private refused(error: ApiError | Unreachable): void {
    const current = error instanceof ApiError ? (error.problem["current"] as Category | undefined) : undefined;
    if (current !== undefined) return this.carryOver(current);
    const { fields, general } = error instanceof ApiError ? refusedFields(error) : { fields: {}, general: explain(error) };
    [this.problems.value, this.general.value] = [fields, general];
  }

  private carryOver(current: Category): void {
    const theirs = draftOf(current);
    const { draft, collided } = carriedOver(this.draft.value, this.base, theirs);
    this.collision.value = { theirs, fields: collided };
    this.base = theirs;
    this.revision = current.revision;
    this.draft.value = draft;
  }
}

export const useCell = (cell: Category, done: () => void): CellForm => useMemo(() => new CellForm(cell, done), []);
