import type { DaySpan } from "../../api/paper";
import { printed } from "../../api/paper";
import { monthSpan } from "../../lib/month";
import { isoDay } from "../../lib/time";
import { queryValue, setQuery } from "../../lib/router";
import { now } from "../../state/clock";
import { print, printing, printProblem, ready } from "../../state/printing";
import { language, t, type TextKey } from "../../texts";
import { Button } from "../../ui/button";

const PRODUCTS: readonly { text: TextKey; testid: string; save: boolean; path: (span: DaySpan) => string }[] = [
  { text: "paper_register_pdf", testid: "print-register-pdf", save: false, path: (span) => printed.register("pdf", span, language.value) },
  { text: "paper_register_xlsx", testid: "print-register-xlsx", save: true, path: (span) => printed.register("xlsx", span, language.value) },
  { text: "paper_forms", testid: "print-forms", save: false, path: (span) => printed.forms(span, language.value) },
];

const byMonth = (): boolean => queryValue("span") === "month";
const chosenDay = (): string => queryValue("day") || isoDay(now.peek());
const chosenMonth = (): string => queryValue("of") || isoDay(now.peek()).slice(0, 7);

function span(): DaySpan | null {
  return byMonth() ? monthSpan(chosenMonth()) : { from: chosenDay(), to: chosenDay() };
}

function SpanTabs() {
  const tab = (month: boolean, text: TextKey) => (
    <button type="button" aria-pressed={byMonth() === month} data-testid={month ? "span-month" : "span-day"} onClick={() => setQuery({ span: month ? "month" : "" })}>
      {t(text)}
    </button>
  );
  return <div class="tabs" role="group" aria-label={t("paper_span")}>{tab(false, "paper_day")}{tab(true, "paper_month")}</div>;
}

function SpanInput() {
  const month = byMonth();
  return (
    <input
      key={month ? "month" : "day"}
      type={month ? "month" : "date"}
      aria-label={t(month ? "paper_month" : "paper_day")}
      placeholder={month ? "2026-11" : undefined}
      value={month ? chosenMonth() : chosenDay()}
      data-testid="print-span"
      onChange={(event) => setQuery({ [month ? "of" : "day"]: event.currentTarget.value })}
    />
  );
}

function Outcome() {
  if (printing.value !== "") return <p class="quiet" role="status" data-testid="print-busy">{t("paper_busy", { what: printing.value })}</p>;
  if (printProblem.value !== "") return <p class="problem" role="alert" data-testid="print-problem">{printProblem.value}</p>;
  const file = ready.value;
  if (file === null) return null;
  return (
    <p class="print-ready" role="status" data-testid="print-ready">
      {t("paper_ready", { name: file.name })}{" "}
      {file.name.endsWith(".pdf") && <a href={file.url} target="_blank">{t("paper_open")}</a>}{" "}
      <a href={file.url} download={file.name}>{t("paper_save")}</a>
    </p>
  );
}

/** Registers and forms of a day or a month, printed on the spot. */
export function PrintCard() {
  const chosen = span();
  return (
    <section class="card" data-testid="print-card">
      <h2>{t("paper_print")}</h2>
      <p class="quiet">{t("paper_print_hint")}</p>
      <div class="print-choice"><SpanTabs /><SpanInput /></div>
      <div class="print-buttons">
        {PRODUCTS.map(({ text, testid, save, path }) => (
          <Button
            key={text}
            icon={save ? "insert" : "print"}
            testid={testid}
            disabled={chosen === null || printing.value !== ""}
            onClick={() => chosen !== null && void print(t(text), path(chosen), save)}
          >
            {t(text)}
          </Button>
        ))}
      </div>
      <Outcome />
    </section>
  );
}
