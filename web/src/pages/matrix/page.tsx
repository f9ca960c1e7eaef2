import { useSignal } from "@preact/signals";
import { categories, loadCategories } from "../../state/reference";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Empty } from "../../ui/parts";
import { CellDialog } from "./cell-dialog";
import { MatrixGrid, type Place } from "./grid";
import { MatrixHistory } from "./history";
import { ModelCard } from "./model-card";
import { NewCellDialog } from "./new-cell";

type View = "cells" | "history";

/** A cell that exists is edited; an empty place, or none at all (a new subject), gets a new one. */
function Opened({ place, onClose }: { place: Place | "new"; onClose: () => void }) {
  if (place === "new") return <NewCellDialog kind={null} subject={null} named={null} onClose={onClose} />;
  if (place.cell !== null) return <CellDialog cell={place.cell} onClose={onClose} />;
  const { id, en } = place.name.label;
  return <NewCellDialog kind={place.kind} subject={place.subject} named={{ label_id: id, label_en: en }} onClose={onClose} />;
}

/** The Matrix Category of SOP step 4, for the admin: what each cell is, and who made it so. */
export function MatrixPage() {
  const view = useSignal<View>("cells");
  const opened = useSignal<Place | "new" | null>(null);
  return (
    <div class="page matrix-page" data-testid="matrix-page">
      <header class="page-head">
        <h1>{t("matrix_title")}</h1>
        <div class="tabs" role="group" aria-label={t("matrix_title")}>
          {(["cells", "history"] as const).map((choice) => (
            <button key={choice} type="button" aria-pressed={view.value === choice} data-testid={`matrix-tab-${choice}`} onClick={() => (view.value = choice)}>
              {t(choice === "cells" ? "nav_matrix" : "matrix_history")}
            </button>
          ))}
        </div>
        <Button class="push-end" look="primary" testid="matrix-new-subject" onClick={() => (opened.value = "new")}>{t("matrix_new_subject")}</Button>
      </header>
      {view.value === "history" ? <MatrixHistory /> : categories.value.length === 0 ? (
        <Empty icon="warning" title={t("problem_unreachable")}><Button onClick={() => void loadCategories()}>{t("try_again")}</Button></Empty>
      ) : (
        <>
          <p class="quiet">{t("matrix_text")} {t("matrix_keys")}</p>
          <MatrixGrid onOpen={(place) => (opened.value = place)} />
          <ModelCard />
        </>
      )}
      {opened.value !== null && <Opened place={opened.value} onClose={() => (opened.value = null)} />}
    </div>
  );
}
