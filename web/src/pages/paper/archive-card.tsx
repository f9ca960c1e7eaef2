import { useSignal } from "@preact/signals";
import { type ArchivedDay, type ArchivedFile, type ArchivedMonth, paper } from "../../api/paper";
import { dayName, monthName } from "../../lib/month";
import { queryValue, setQuery } from "../../lib/router";
import { moment } from "../../lib/time";
import { useLoaded } from "../../state/load";
import { attempt } from "../../state/notices";
import { language, t } from "../../texts";
import { Button } from "../../ui/button";
import { Empty, Loading, Select } from "../../ui/parts";

const kindOf = (file: ArchivedFile): string => (file.name.endsWith(".pdf") ? "PDF" : "XLSX");

function FileLink({ file, text = file.name }: { file: ArchivedFile; text?: string }) {
  return kindOf(file) === "PDF" ? (
    <a href={file.url} target="_blank" title={file.name}>{text}</a>
  ) : (
    <a href={file.url} download={file.name} title={file.name}>{text}</a>
  );
}

function Registers({ files }: { files: readonly ArchivedFile[] }) {
  return <span class="file-links">{files.map((file) => <FileLink key={file.name} file={file} text={kindOf(file)} />)}</span>;
}

/** The day's forms by number; they are asked for when somebody opens the list. */
function Forms({ day }: { day: ArchivedDay }) {
  const files = useSignal<readonly ArchivedFile[] | null>(null);
  const load = async () => {
    if (files.value === null) files.value = (await attempt(() => paper.forms(day.day)))?.forms ?? null;
  };
  if (day.forms === 0) return <span class="quiet">{t("paper_no_forms")}</span>;
  return (
    <details data-testid="archive-forms" onToggle={(event) => event.currentTarget.open && void load()}>
      <summary>{t("paper_form_count", { count: day.forms })}</summary>
      {files.value === null ? <Loading /> : (
        <ul class="file-list">
          {files.value.map((file) => <li key={file.name}><FileLink file={file} text={file.name.replace(".pdf", "")} /></li>)}
        </ul>
      )}
    </details>
  );
}

function Row({ day }: { day: ArchivedDay }) {
  const filed = day.registers[0]?.filed_at;
  return (
    <tr data-testid="archive-day" data-day={day.day}>
      <td>{dayName(day.day, language.value)}</td>
      <td><Registers files={day.registers} /></td>
      <td><Forms day={day} /></td>
      <td class="digits">{filed === undefined ? t("none") : moment(filed, language.value)}</td>
    </tr>
  );
}

function Month({ archive }: { archive: ArchivedMonth }) {
  const months = archive.months.includes(archive.month) ? archive.months : [archive.month, ...archive.months];
  return (
    <>
      <div class="print-choice">
        <Select
          label={t("paper_month")}
          testid="archive-month"
          value={archive.month}
          options={months.map((month) => [month, monthName(month, language.value)] as const)}
          onChange={(month) => setQuery({ month })}
        />
        {archive.registers.length > 0 && <p>{t("paper_month_register")}: <Registers files={archive.registers} /></p>}
      </div>
      {archive.days.length === 0 ? <p class="quiet">{t("paper_nothing_month")}</p> : (
        <div class="table-wrap">
          <table class="list list-archive">
            <thead>
              <tr>{(["col_day", "col_register", "col_forms", "col_filed"] as const).map((column) => <th key={column} scope="col">{t(column)}</th>)}</tr>
            </thead>
            <tbody>{archive.days.map((day) => <Row key={day.day} day={day} />)}</tbody>
          </table>
        </div>
      )}
    </>
  );
}

/** What each night has filed, month by month. */
export function ArchiveCard() {
  const { state, reload } = useLoaded(() => paper.month(queryValue("month")));
  const archive = state.data;
  return (
    <section class="card" data-testid="archive-card" aria-busy={state.loading}>
      <h2>{t("paper_archive")}</h2>
      {state.problem !== "" && <p class="problem" role="alert">{state.problem} <Button onClick={reload}>{t("try_again")}</Button></p>}
      {archive === null ? state.problem === "" && <Loading /> : archive.months.length === 0 ? (
        <Empty icon="info" title={t("paper_nothing")} text={t("paper_archive_text")} />
      ) : (
        <><p class="quiet">{t("paper_archive_text")}</p><Month archive={archive} /></>
      )}
    </section>
  );
}
