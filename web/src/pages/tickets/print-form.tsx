import type { Ticket } from "../../api/types";
import { clock, moment, secondsSince, timeOfDay } from "../../lib/time";
import { now } from "../../state/clock";
import { formatNumber } from "../../state/people";
import { categoryLabel, officeName, personName } from "../../state/reference";
import { language, t, tryText } from "../../texts";
import { PrintedHandOvers } from "../../ticket/escalation-handovers";

function rows(ticket: Ticket): readonly (readonly [string, string])[] {
  const at = (time: string | null) => (time === null ? t("none") : moment(time, language.value));
  return [
    [t("opened_at"), at(ticket.created_at)],
    [t("field_operator"), personName(ticket.operator) || t("none")],
    [t("field_number"), formatNumber(ticket.caller.number)],
    [t("field_caller_name"), ticket.caller.name],
    [t("field_plate"), ticket.plate],
    [t("field_region"), officeName(ticket.region)],
    [t("field_kind"), ticket.kind === null ? "" : t(`kind_${ticket.kind}`)],
    [t("field_category"), categoryLabel(ticket.category)],
    [t("closed_at"), at(ticket.closed_at)],
    [t("field_step"), ticket.closed_as === null ? t(`step_${ticket.step}`) : tryText(`closed_${ticket.closed_as}`)],
  ];
}

/** The hardcopy that the SOP asks for: one A4 page, only on paper. */
export function PrintForm({ ticket }: { ticket: Ticket }) {
  return (
    <article class="print-form" aria-hidden="true">
      <header>
        <h1>{t("form_title")}</h1>
        <strong>{ticket.number}</strong>
      </header>
      <table class="print-facts">
        <tbody>{rows(ticket).map(([term, value]) => <tr key={term}><th>{term}</th><td>{value}</td></tr>)}</tbody>
      </table>
      <h2>{t("field_description")}</h2>
      <p class="print-text">{ticket.description}</p>
      <h2>{t("field_answer")}</h2>
      <p class="print-text">{ticket.answer}</p>
      <h2>{t("timeline")}</h2>
      <table class="print-steps">
        <thead>
          <tr><th>{t("field_step")}</th><th>{t("col_started")}</th><th>{t("duration")}</th><th>{t("standard")}</th></tr>
        </thead>
        <tbody>
          {ticket.steps.map((run) => (
            <tr key={`${run.step}${run.started_at}`}>
              <td>{t(`step_${run.step}`)}</td>
              <td>{timeOfDay(run.started_at)}</td>
              <td>{run.ended_at === null ? t("running") : clock(secondsSince(run.started_at, Date.parse(run.ended_at)))}{run.overdue && ` (${t("overdue")})`}</td>
              <td>{run.standard_s === null ? t("none") : clock(run.standard_s)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <PrintedHandOvers escalation={ticket.escalation} />
      <footer>
        <span>{t("form_printed", { at: moment(new Date(now.value).toISOString(), language.value) })}</span>
        <span class="print-sign">{t("form_signed")}</span>
      </footer>
    </article>
  );
}
