import { type Signal, useSignal } from "@preact/signals";
import { ApiError, Unreachable } from "../../api/client";
import { matrix } from "../../api/matrix";
import type { Category } from "../../api/types";
import { type CellDraft, carriedOver, contentOf, differing, type DraftField, draftOf, fieldOfProblem } from "../../lib/cell";
import { useShortcuts } from "../../lib/keys";
import { dropDraft, keepDraft, keptDraft } from "../../state/cell-drafts";
import { explain, notify } from "../../state/notices";
import { loadCategories } from "../../state/reference";
import { local, t } from "../../texts";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Confirm } from "../accounts/dialogs";
import { CellFields } from "./cell-fields";
import { fieldLabel, inWords } from "./cell-words";

type Problems = Partial<Record<DraftField, string>>;

/** The refused fields with the server's words, and what is said about none of them. */
export function refusedFields(error: ApiError): { fields: Problems; general: string } {
  const found = (error.problem.errors ?? []).map((each) => [fieldOfProblem(each.field), local(each.message)] as const);
  const fields = Object.fromEntries(found.filter(([field]) => field !== null)) as Problems;
  return { fields, general: Object.keys(fields).length > 0 ? "" : explain(error) };
}

/** What somebody else has stored while this was typed, and which fields both have changed. */
interface Collision {
  theirs: CellDraft;
  fields: readonly DraftField[];
}

function CollisionNotice({ collision }: { collision: Collision | null }) {
  if (collision === null) return null;
  return (
    <div class="cell-notice" role="alert" data-testid="cell-carried">
      <p>{t("cell_carried")} {collision.fields.length > 0 && t("cell_collided", { fields: collision.fields.map(fieldLabel).join(", ") })}</p>
      {collision.fields.map((field) => <small key={field}>{fieldLabel(field)}. {t("cell_theirs", { value: inWords(collision.theirs, field) })}</small>)}
    </div>
  );
}

/** The form's state: what is typed, from which edit of the cell it began, and what the server said. */
function useCell(cell: Category, onClose: () => void) {
  const kept = keptDraft(cell.code);
  const base = useSignal(kept?.base ?? draftOf(cell));
  const revision = useSignal(kept?.revision ?? cell.revision);
  const draft: Signal<CellDraft> = useSignal(kept?.draft ?? base.value);
  const [problems, general, busy] = [useSignal<Problems>({}), useSignal(""), useSignal(false)];
  const collision = useSignal<Collision | null>(null);

  const carryOver = (current: Category) => {
    const theirs = draftOf(current);
    const { draft: carried, collided } = carriedOver(draft.value, base.value, theirs);
    collision.value = { theirs, fields: collided };
    [base.value, revision.value, draft.value] = [theirs, current.revision, carried];
  };
  const refused = (error: ApiError) => {
    const current = error.problem["current"] as Category | undefined;
    if (current !== undefined) return carryOver(current);
    const { fields, general: text } = refusedFields(error);
    [problems.value, general.value] = [fields, text];
  };
  const finish = async (work: () => Promise<unknown>) => {
    [problems.value, general.value, busy.value] = [{}, "", true];
    try {
      await work();
      dropDraft(cell.code);
      notify("success", t("cell_saved"));
      await loadCategories();
      onClose();
    } catch (error) {
      if (!(error instanceof ApiError || error instanceof Unreachable)) throw error;
      if (error instanceof ApiError) refused(error);
      else general.value = explain(error);
    }
    busy.value = false;
  };
  return {
    draft, problems, general, busy, collision,
    restored: kept !== null,
    dirty: () => differing(draft.value, base.value).length > 0,
    save: () => finish(() => matrix.change(cell.code, revision.value, contentOf(draft.value))),
    reset: () => finish(() => matrix.reset(cell.code, revision.value)),
    keep: () => keepDraft(cell.code, { draft: draft.value, base: base.value, revision: revision.value }),
    startAgain: () => ([base.value, draft.value, revision.value] = [draftOf(cell), draftOf(cell), cell.revision]),
  };
}

/** One cell of the matrix, to be edited. Closed with something typed, it keeps that until it is opened again. */
export function CellDialog({ cell, onClose }: { cell: Category; onClose: () => void }) {
  const form = useCell(cell, onClose);
  const restored = useSignal(form.restored);
  const resetting = useSignal(false);
  const leave = () => {
    if (form.dirty()) form.keep();
    else dropDraft(cell.code);
    onClose();
  };
  const startAgain = () => {
    dropDraft(cell.code);
    form.startAgain();
    restored.value = false;
  };
  useShortcuts({ "Ctrl+Enter": () => void form.save() });
  if (resetting.value) {
    return <Confirm text={t("cell_reset_confirm")} action={t("cell_reset")} onClose={() => (resetting.value = false)} onConfirm={() => void form.reset()} />;
  }
  return (
    <Dialog wide title={t("cell_title", { kind: t(`kind_${cell.kind}_short`), label: local(cell.label) })} onClose={leave} testid="cell-dialog">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void form.save();
        }}
      >
        {restored.value && (
          <p class="cell-notice" role="status" data-testid="cell-restored">
            {t("cell_draft")} <Button look="quiet" testid="cell-drop" onClick={startAgain}>{t("cell_draft_drop")}</Button>
          </p>
        )}
        <CollisionNotice collision={form.collision.value} />
        <CellFields draft={form.draft} problems={form.problems.value} />
        {form.general.value !== "" && <p class="problem" role="alert">{form.general.value}</p>}
        <footer class="dialog-foot">
          {cell.edited && cell.in_file && <Button look="quiet" testid="cell-reset" onClick={() => (resetting.value = true)}>{t("cell_reset")}</Button>}
          <Button onClick={leave}>{t("cancel")}</Button>
          <Button type="submit" look="primary" keys="Ctrl+Enter" busy={form.busy.value} testid="cell-save">{t("save")}</Button>
        </footer>
      </form>
    </Dialog>
  );
}
