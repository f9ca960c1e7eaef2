import type { By, ComplianceLine } from "../../api/compliance";
import { clock } from "../../lib/time";
import { t, type TextKey } from "../../texts";
import { keyText, percent } from "./words";

/** Opens the list of the tickets behind a figure. */
type Open = (key: string, late: boolean) => void;

const COLUMNS: readonly TextKey[] = [
  "col_count",
  "col_in_time",
  "col_late",
  "col_median",
  "col_p90",
  "col_own",
  "col_waiting",
];

function Behind({ count, label, testid, onClick }: { count: number; label: string; testid: string; onClick: () => void }) {
  if (count === 0) return <span>0</span>;
  return (
    <button type="button" class="link-button" aria-label={label} data-testid={testid} onClick={onClick}>{count}</button>
  );
}

function Figures({ line, name, open }: { line: ComplianceLine; name: string; open: Open | null }) {
  const late = line.count - line.in_time;
  const all = t("all_link", { count: line.count, key: name });
  return (
    <>
      <td class="number">
        {open === null ? line.count : <Behind count={line.count} label={all} testid="compliance-all" onClick={() => open(line.key, false)} />}
      </td>
      <td class="number share">
        <span>{percent(line.share)}</span>
        <span class="share-bar" aria-hidden="true"><span style={{ width: `${Math.round(line.share * 100)}%` }} /></span>
      </td>
      <td class="number">
        {open === null ? late : (
          <Behind count={late} label={t("late_link", { count: late, key: name })} testid="compliance-late" onClick={() => open(line.key, true)} />
        )}
      </td>
      <td class="number">{clock(line.median_s)}</td>
      <td class="number">{clock(line.p90_s)}</td>
      <td class="number">{clock(line.own_s / line.count)}</td>
      <td class="number">{clock(line.waiting_s / line.count)}</td>
    </>
  );
}

/** A line for each step, operator, category or day, and below them all steps together. */
export function ComplianceTable({ by, lines, total, open }: { by: By; lines: readonly ComplianceLine[]; total: ComplianceLine | null; open: Open }) {
  return (
    <div class="table-wrap">
      <table class="list list-compliance" data-testid="compliance-table">
        <thead>
          <tr>
            <th scope="col">{t(`by_${by}`)}</th>
            {COLUMNS.map((column) => <th key={column} scope="col" class="number">{t(column)}</th>)}
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.key} data-testid="compliance-line" data-key={line.key}>
              <th scope="row">{keyText(by, line.key)}</th>
              <Figures line={line} name={keyText(by, line.key)} open={open} />
            </tr>
          ))}
        </tbody>
        {total !== null && (
          <tfoot>
            <tr data-testid="compliance-total">
              <th scope="row">{t("all_steps")}</th>
              <Figures line={total} name={t("all_steps")} open={null} />
            </tr>
          </tfoot>
        )}
      </table>
    </div>
  );
}
