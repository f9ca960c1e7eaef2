import { useRef } from "preact/hooks";
import type { Category, Kind } from "../../api/types";
import { matrixRows } from "../../state/reference";
import { local, t } from "../../texts";
import { Icon } from "../../ui/icon";

const KINDS: readonly Kind[] = ["informasi", "pengaduan"];

export interface Place {
  kind: Kind;
  subject: string;
  cell: Category | null;
  /** What the row is called. */
  name: Category;
}

function Tags({ cell }: { cell: Category }) {
  return (
    <span class="matrix-tags">
      {cell.priority === "high" && <span class="tag tag-priority"><Icon name="warning" /> {t("priority_tag")}</span>}
      {cell.validation && <span class="tag">{t("usually_validation")}</span>}
      {cell.answer !== null && <span class="tag">{t("matrix_has_answer")}</span>}
      {cell.required.length > 0 && <span class="tag">{t("matrix_details", { count: cell.required.length })}</span>}
      {cell.edited && <span class="tag tag-open">{t("matrix_edited")}</span>}
      {!cell.active && <span class="tag">{t("matrix_unused")}</span>}
    </span>
  );
}

function Cell({ place, onOpen }: { place: Place; onOpen: (place: Place) => void }) {
  const { cell, kind, subject } = place;
  const look = cell === null ? "matrix-cell-empty" : cell.active ? "" : "matrix-cell-unused";
  const names = `${t(`kind_${kind}_short`)}: ${local(place.name.label)}`;
  return (
    <button
      type="button"
      class={`matrix-cell ${look}`}
      data-testid={cell === null ? `cell-add-${kind}-${subject}` : "matrix-cell"}
      data-code={cell?.code}
      data-active={cell?.active}
      aria-label={cell === null ? `${t("matrix_add_here")}. ${names}` : undefined}
      onClick={() => onOpen(place)}
    >
      {cell === null ? (
        <span aria-hidden="true">+ {t("matrix_add_here")}</span>
      ) : (
        <>
          <strong><span class="visually-hidden">{t(`kind_${kind}_short`)}: </span>{local(cell.label)}</strong>
          {cell.unit !== "" && <span class="quiet">{cell.unit}</span>}
          <Tags cell={cell} />
        </>
      )}
    </button>
  );
}

/** Where an arrow leads among `count` cells in rows of two; the same place at an edge. */
function reached(from: number, key: string, count: number): number {
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -KINDS.length, ArrowDown: KINDS.length }[key] ?? 0;
  const to = from + step;
  return to >= 0 && to < count ? to : from;
}

/** Subjects as rows, kinds as columns. Arrows move between the cells, Enter opens one. */
export function MatrixGrid({ onOpen }: { onOpen: (place: Place) => void }) {
  const body = useRef<HTMLTableSectionElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const cells = [...(body.current?.querySelectorAll<HTMLElement>(".matrix-cell") ?? [])];
    const from = cells.indexOf(document.activeElement as HTMLElement);
    if (from < 0 || !event.key.startsWith("Arrow") || event.altKey || event.ctrlKey) return;
    event.preventDefault();
    cells[reached(from, event.key, cells.length)]?.focus();
  };
  return (
    <div class="table-wrap">
      <table class="matrix">
        <thead>
          <tr>
            <th scope="col">{t("matrix_subject")}</th>
            {KINDS.map((kind) => <th key={kind} scope="col">{t(`kind_${kind}`)}</th>)}
          </tr>
        </thead>
        <tbody ref={body} onKeyDown={onKeyDown}>
          {matrixRows().map(({ subject, cells }) => {
            const name = (cells.informasi ?? cells.pengaduan) as Category;
            return (
              <tr key={subject}>
                <th scope="row">{local(name.label)}</th>
                {KINDS.map((kind) => (
                  <td key={kind}><Cell place={{ kind, subject, cell: cells[kind] ?? null, name }} onOpen={onOpen} /></td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
