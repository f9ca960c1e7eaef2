import { useSignal } from "@preact/signals";
import type { Category } from "../../api/types";
import { useShortcuts } from "../../lib/keys";
import { local, t } from "../../texts";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Confirm } from "../accounts/dialogs";
import { CellFields } from "./cell-fields";
import { fieldLabel, inWords } from "./cell-words";
import { type CellForm, type Collision, useCell } from "./use-cell";

function CollisionNotice({ collision }: { collision: Collision | null }) {
  if (collision === null) return null;
  return (
    <div class="cell-notice" role="alert" data-testid="cell-carried">
      <p>{t("cell_carried")} {collision.fields.length > 0 && t("cell_collided", { fields: collision.fields.map(fieldLabel).join(", ") })}</p>
      {collision.fields.map((field) => <small key={field}>{fieldLabel(field)}. {t("cell_theirs", { value: inWords(collision.theirs, field) })}</small>)}
    </div>
  );
}

function RestoredNotice({ form }: { form: CellForm }) {
  if (!form.restored.value) return null;
  return (
    <p class="cell-notice" role="status" data-testid="cell-restored">
      {t("cell_draft")} <Button look="quiet" testid="cell-drop" onClick={form.startAgain}>{t("cell_draft_drop")}</Button>
    </p>
  );
}

/** One cell of the matrix, to be edited. Closed with something typed, it keeps that until it is opened again. */
export function CellDialog({ cell, onClose }: { cell: Category; onClose: () => void }) {
  const form = useCell(cell, onClose);
  const resetting = useSignal(false);
  useShortcuts({ "Ctrl+Enter": () => void form.save() });
  const reset = () => {
    resetting.value = false; // a refusal is told in the form
    void form.reset();
  };
  if (resetting.value) {
    return <Confirm text={t("cell_reset_confirm")} action={t("cell_reset")} onClose={() => (resetting.value = false)} onConfirm={reset} />;
  }
  const submit = (event: Event) => {
    event.preventDefault();
    void form.save();
  };
  return (
    <Dialog wide title={t("cell_title", { kind: t(`kind_${cell.kind}_short`), label: local(cell.label) })} onClose={form.leave} testid="cell-dialog">
      <form onSubmit={submit}>
        <RestoredNotice form={form} />
        <CollisionNotice collision={form.collision.value} />
        <CellFields draft={form.draft} problems={form.problems.value} />
        {form.general.value !== "" && <p class="problem" role="alert">{form.general.value}</p>}
        <footer class="dialog-foot">
          {cell.edited && cell.in_file && <Button look="quiet" testid="cell-reset" onClick={() => (resetting.value = true)}>{t("cell_reset")}</Button>}
          <Button onClick={form.leave}>{t("cancel")}</Button>
          <Button type="submit" look="primary" keys="Ctrl+Enter" busy={form.busy.value} testid="cell-save">{t("save")}</Button>
        </footer>
      </form>
    </Dialog>
  );
}
