import { type By, type Compliance, compliance, type Cut } from "../../api/compliance";
import { queryValue, setQuery } from "../../lib/router";
import { day, isoDay } from "../../lib/time";
import { now } from "../../state/clock";
import { useLoaded } from "../../state/load";
import { language, t } from "../../texts";
import { WORK_STEPS } from "../../ticket/steps";
import { Button } from "../../ui/button";
import { QueryDate, QuerySelect } from "../../ui/filters";
import { Icon } from "../../ui/icon";
import { Empty, Loading } from "../../ui/parts";
import { Passages, passagesTitle } from "./passages";
import { ComplianceTable } from "./table";
import { clockText } from "./words";

const BY: readonly By[] = ["step", "operator", "category", "day"];
const SPANS = [["span_today", 1], ["span_7", 7], ["span_30", 30]] as const;
const CLOSED = { key: "", late: "" };

function cutNow(): Cut {
  const by = BY.find((each) => each === queryValue("by")) ?? "step";
  return { by, from: queryValue("from"), to: queryValue("to"), clock: by === "step" ? "" : queryValue("clock") };
}

function Tabs({ by }: { by: By }) {
  return (
    <div class="tabs" role="group" aria-label={t("compliance_by")}>
      {BY.map((each) => (
        <button key={each} type="button" aria-pressed={by === each} data-testid={`by-${each}`} onClick={() => setQuery({ by: each, ...CLOSED })}>
          {t(`by_${each}`)}
        </button>
      ))}
    </div>
  );
}

/** From so many days back until today; today alone is what the page opens with. */
function Spans() {
  const go = (days: number) => {
    const from = days === 1 ? "" : isoDay(now.value - (days - 1) * 86_400_000);
    setQuery({ from, to: "", ...CLOSED });
  };
  return <>{SPANS.map(([text, days]) => <Button key={text} look="quiet" testid={`span-${days}`} onClick={() => go(days)}>{t(text)}</Button>)}</>;
}

function Filters({ cut }: { cut: Cut }) {
  return (
    <div class="filters no-print">
      <Tabs by={cut.by} />
      <QueryDate name="from" label={t("from")} />
      <QueryDate name="to" label={t("to")} />
      <Spans />
      {cut.by !== "step" && (
        <QuerySelect name="clock" label={t("field_step")} options={WORK_STEPS.map((step) => [step, t(`step_${step}`)] as const)} />
      )}
      <span class="filters-end">
        <a class="button button-plain" href={compliance.csv(cut)} download data-testid="compliance-csv">
          <Icon name="insert" /> <span class="button-text">{t("download_csv")}</span>
        </a>
        <Button icon="print" testid="compliance-print" onClick={() => window.print()}>{t("print_table")}</Button>
      </span>
    </div>
  );
}

/** The first and the last day (`until` itself belongs to it no more), and the step when there is only one: paper has no filters. */
function spanText({ since, until }: Compliance, { clock }: Cut): string {
  const [first, last] = [since, Date.parse(until) - 1].map((at) => day(at, language.value));
  const days = first === last ? `${first}` : `${first} – ${last}`;
  return clock === "" ? days : `${clockText(clock)} · ${days}`;
}

/** What a supervisor proves with: how much of the procedure was carried out in its standard times. */
export function CompliancePage() {
  const { state, reload } = useLoaded(() => compliance.report(cutNow()));
  const cut = cutNow();
  const report = state.data;
  return (
    <div class="page compliance" data-testid="compliance-page" aria-busy={state.loading}>
      <header class="page-head">
        <h1>{t("compliance_title")}</h1>
        {report !== null && <p class="as-of digits">{spanText(report, cut)}</p>}
      </header>
      <Filters cut={cut} />
      {state.problem !== "" && <p class="problem" role="alert">{state.problem} <Button onClick={reload}>{t("try_again")}</Button></p>}
      {report === null ? state.problem === "" && <Loading /> : report.lines.length === 0 ? (
        <Empty icon="info" title={t("compliance_empty")} text={t("compliance_empty_text")} />
      ) : (
        <>
          <ComplianceTable by={report.by} lines={report.lines} total={report.total} open={(key, late) => setQuery({ key, late: late ? "1" : "" })} />
          <p class="quiet compliance-note">{t("compliance_note")}</p>
        </>
      )}
      {queryValue("key") !== "" && <Passages cut={cutNow} label={passagesTitle(cut)} onClose={() => setQuery(CLOSED)} />}
    </div>
  );
}
