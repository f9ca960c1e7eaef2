import { REFUSED_REPORT, type RefusedRow, type VehicleImport } from "../../api/vehicles";
import { count } from "../../lib/vehicle-words";
import { isRunning } from "../../state/vehicle-import";
import { language, local, t, type TextKey } from "../../texts";
import { Icon } from "../../ui/icon";

const COLUMNS: readonly TextKey[] = ["col_row", "col_column", "col_value", "col_problem"];

const counted = (number: number): string => count(number, language.value);

function Bar({ share, text }: { share: number; text: string }) {
  return (
    <div class="course" data-testid="vehicles-progress">
      <label for="vehicles-progress" aria-live="polite">{text}</label>
      <progress id="vehicles-progress" max={1} value={share} />
      <span class="digits">{Math.floor(share * 100)} %</span>
    </div>
  );
}

function Refused({ rows, all }: { rows: readonly RefusedRow[]; all: number }) {
  return (
    <section data-testid="vehicles-refused">
      <h3>{t("vehicles_refused_title")}</h3>
      <p class="quiet">
        {rows.length < all && t("vehicles_refused_first", { shown: counted(rows.length), count: counted(all) })}{" "}
        <a href={REFUSED_REPORT} download>{t("vehicles_refused_all")}</a>
      </p>
      <div class="table-wrap">
        <table class="list">
          <thead>
            <tr>{COLUMNS.map((column) => <th key={column} scope="col">{t(column)}</th>)}</tr>
          </thead>
          <tbody>
            {rows.map((each) => (
              <tr key={each.row} data-testid="vehicles-refused-row">
                <td class="digits">{each.row}</td>
                <td>{each.column === "" ? <span class="quiet">{t("whole_row")}</span> : each.column}</td>
                <td>{each.value}</td>
                <td>{local(each.message)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Outcome({ job }: { job: VehicleImport }) {
  const { file } = job;
  if (job.state === "done") {
    const text = t("vehicles_done", { file, rows: counted(job.rows), refused: counted(job.refused) });
    return <p class="all-well" role="status" data-testid="vehicles-done"><Icon name="check" /> {text}</p>;
  }
  return (
    <div class="problem" role="alert" data-testid="vehicles-not-taken">
      <p>{local(job.message)}</p>
      <p>{t("vehicles_not_taken", { file })}</p>
    </div>
  );
}

/** How far an import is, or how it ended. */
export function Course({ sending, job }: { sending: { file: string; share: number } | null; job: VehicleImport | null }) {
  if (sending !== null) return <Bar share={sending.share} text={t("vehicles_uploading", { file: sending.file })} />;
  if (job === null) return null;
  if (isRunning(job)) {
    const text = job.state === "storing" ? "vehicles_storing" : "vehicles_reading";
    return <Bar share={job.share} text={t(text, { file: job.file, rows: counted(job.rows) })} />;
  }
  return (
    <>
      <Outcome job={job} />
      {job.refusals.length > 0 && <Refused rows={job.refusals} all={job.refused} />}
    </>
  );
}
