import { useSignal } from "@preact/signals";
import { ApiError, Unreachable } from "../../api/client";
import { matrix } from "../../api/matrix";
import type { Kind } from "../../api/types";
import { type CellDraft, contentOf, draftOf, subjectCode } from "../../lib/cell";
import { dropDraft, keepDraft, keptDraft } from "../../state/cell-drafts";
import { explain, notify } from "../../state/notices";
import { loadCategories } from "../../state/reference";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Labelled, Select } from "../../ui/parts";
import { CellFields } from "./cell-fields";
import { type Problems, refusedFields } from "./use-cell";

interface Props {
  /** Where the new cell stands; a new subject has none yet. */
  kind: Kind | null;
  subject: string | null;
  /** What the same subject is called in the other kind. */
  named: Pick<CellDraft, "label_id" | "label_en"> | null;
  onClose: () => void;
}

const EMPTY = draftOf({});

/** A cell that the matrix does not have yet, of a known subject or a new one. */
export function NewCellDialog({ kind, subject, named, onClose }: Props) {
  const key = `new ${kind ?? ""} ${subject ?? ""}`;
  const draft = useSignal<CellDraft>(keptDraft(key)?.draft ?? { ...EMPTY, ...named });
  const chosen = useSignal<Kind>(kind ?? "informasi");
  const problems = useSignal<Problems>({});
  const [general, busy] = [useSignal(""), useSignal(false)];

  const leave = () => {
    keepDraft(key, { draft: draft.value, base: EMPTY, revision: 0 });
    onClose();
  };
  const save = async (event: Event) => {
    event.preventDefault();
    [problems.value, general.value, busy.value] = [{}, "", true];
    try {
      await matrix.add(chosen.value, subject ?? subjectCode(draft.value.label_id), contentOf(draft.value));
      dropDraft(key);
      notify("success", t("cell_saved"));
      await loadCategories();
      onClose();
    } catch (error) {
      if (!(error instanceof ApiError || error instanceof Unreachable)) throw error;
      const refused = error instanceof ApiError ? refusedFields(error) : { fields: {}, general: explain(error) };
      [problems.value, general.value] = [refused.fields, refused.general];
    }
    busy.value = false;
  };

  return (
    <Dialog wide title={t(subject === null ? "matrix_new_subject" : "matrix_add_here")} onClose={leave} testid="new-cell-dialog">
      <form onSubmit={(event) => void save(event)}>
        {kind === null && (
          <Labelled label={t("cell_kind")} for="cell-kind">
            <Select id="cell-kind" value={chosen.value} options={[["informasi", t("kind_informasi_short")], ["pengaduan", t("kind_pengaduan_short")]]} testid="cell-kind" onChange={(value) => (chosen.value = value)} />
          </Labelled>
        )}
        <CellFields draft={draft} problems={problems.value} />
        {general.value !== "" && <p class="problem" role="alert">{general.value}</p>}
        <footer class="dialog-foot">
          <Button onClick={leave}>{t("cancel")}</Button>
          <Button type="submit" look="primary" busy={busy.value} testid="cell-save">{t("create")}</Button>
        </footer>
      </form>
    </Dialog>
  );
}
