import type { StepTime, Ticket } from "../../api/types";
import { clock, secondsSince, timeOfDay } from "../../lib/time";
import { now } from "../../state/clock";
import { t } from "../../texts";

function Run({ run }: { run: StepTime }) {
  const until = run.ended_at === null ? now.value : Date.parse(run.ended_at);
  return (
    <li class={run.overdue ? "run run-overdue" : "run"} data-testid="timeline-step" data-overdue={run.overdue}>
      <span class="run-name">{t(`step_${run.step}`)}</span>
      <span class="digits">{timeOfDay(run.started_at)}</span>
      <span class="digits run-time">
        {clock(secondsSince(run.started_at, until))}
        {run.standard_s !== null && <small> / {clock(run.standard_s)}</small>}
      </span>
      <span class="run-mark">
        {run.overdue ? <span class="tag tag-overdue">{t("overdue")}</span> : run.ended_at === null && <span class="tag">{t("running")}</span>}
      </span>
    </li>
  );
}

/** Every run of a step's clock as it happened; a step that was entered again stands here twice. */
export function Timeline({ ticket }: { ticket: Ticket }) {
  return (
    <section class="card">
      <h2>{t("timeline")}</h2>
      {ticket.steps.length === 0 ? (
        <p class="quiet">{t("not_started")}</p>
      ) : (
        <ol class="timeline">{ticket.steps.map((run) => <Run key={`${run.step}${run.started_at}`} run={run} />)}</ol>
      )}
    </section>
  );
}
