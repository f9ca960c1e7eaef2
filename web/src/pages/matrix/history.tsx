import { useSignal } from "@preact/signals";
import { type CategoryEdit, matrix } from "../../api/matrix";
import { contentOf, differing, draftOf } from "../../lib/cell";
import { moment } from "../../lib/time";
import { useLoaded } from "../../state/load";
import { attempt, notify } from "../../state/notices";
import { categories, categoryLabel, categoryOf, loadCategories, personName } from "../../state/reference";
import { language, local, t } from "../../texts";
import { Button } from "../../ui/button";
import { Empty, Loading, Select } from "../../ui/parts";
import { fieldLabel, inWords } from "./cell-words";

const PAGE = 20;

function Diff({ edit }: { edit: CategoryEdit }) {
  const [before, after] = [draftOf(edit.before ?? {}), draftOf(edit.after)];
  return (
    <dl class="matrix-diff">
      {differing(before, after).map((field) => (
        <div key={field}>
          <dt>{fieldLabel(field)}</dt>
          <dd>{edit.before !== null && <><del>{inWords(before, field)}</del> → </>}<ins>{inWords(after, field)}</ins></dd>
        </div>
      ))}
    </dl>
  );
}

/** Puts the cell back to what it was before an edit: a new edit, so that nothing is lost from the history. */
async function restore(edit: CategoryEdit, done: () => void): Promise<void> {
  const cell = categoryOf(edit.code);
  if (cell === undefined || edit.before === null) return;
  const content = contentOf(draftOf(edit.before));
  if ((await attempt(() => matrix.change(edit.code, cell.revision, content))) === undefined) return;
  notify("success", t("history_undone"));
  await loadCategories();
  done();
}

function Line({ edit, onRestored }: { edit: CategoryEdit; onRestored: () => void }) {
  const kind = categoryOf(edit.code)?.kind;
  return (
    <li data-testid="matrix-edit" data-code={edit.code}>
      <div class="matrix-history-head">
        <time class="digits" dateTime={edit.at}>{moment(edit.at, language.value)}</time>
        <strong>{personName(edit.by)}</strong> {t(`history_${edit.action}`)}
        <span>{kind !== undefined && `${t(`kind_${kind}_short`)}: `}{categoryLabel(edit.code)}</span>
        {edit.before !== null && <Button look="quiet" icon="back" testid="matrix-undo" onClick={() => void restore(edit, onRestored)}>{t("history_undo")}</Button>}
      </div>
      <Diff edit={edit} />
    </li>
  );
}

/** Who edited what and when, newest first; each edit can be taken back. */
export function MatrixHistory() {
  const code = useSignal("");
  const shown = useSignal(PAGE);
  const { state, reload } = useLoaded(() => {
    void categories.value;
    return matrix.history({ code: code.value, limit: shown.value });
  });
  const cells = [["", t("history_all")] as const, ...categories.value.map((cell) => [cell.code, `${t(`kind_${cell.kind}_short`)}: ${local(cell.label)}`] as const)];
  return (
    <section class="card" data-testid="matrix-history">
      <div class="filters">
        <Select label={t("matrix_history")} value={code.value} options={cells} testid="history-code" onChange={(value) => (code.value = value)} />
      </div>
      {state.problem !== "" && <p class="problem" role="alert">{state.problem} <Button onClick={reload}>{t("try_again")}</Button></p>}
      {state.data === null ? state.problem === "" && <Loading /> : state.data.items.length === 0 ? (
        <Empty icon="info" title={t("history_empty")} text={t("history_empty_text")} />
      ) : (
        <ol class="matrix-history">{state.data.items.map((edit) => <Line key={edit.id} edit={edit} onRestored={reload} />)}</ol>
      )}
      {state.data?.next != null && <Button testid="history-more" onClick={() => (shown.value += PAGE)}>{t("next")}</Button>}
    </section>
  );
}
