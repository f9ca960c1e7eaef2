import type { StepTime, Ticket } from "../../api/types";
import { clock, timeOfDay } from "../../lib/time";
import { now } from "../../state/clock";
import { t } from "../../texts";
import { levelAt, spent } from "../../ticket/steps";

function Mark({ red, running }: { red: boolean; running: boolean }) {
  if (!red && !running) return null;
  return <span class="run-mark">{red ? <span class="tag tag-overdue">{t("overdue")}</span> : <span class="tag">{t("running")}</span>}</span>;
}

function Run({ run }: { run: StepTime }) {
  const level = levelAt(run, now.value);
  const waiting = spent(run, "waiting", now.value);
  return (
    <li class={`run run-${level}`} data-testid="timeline-step" data-level={level}>
      <span class="run-name">{t(`step_${run.step}`)}</span>
      <span class="digits">{timeOfDay(run.started_at)}</span>
      <span class="digits run-time">
        {clock(spent(run, "own", now.value))}
        {run.standard_s !== null && <small> / {clock(run.standard_s)}</small>}
      </span>
      <Mark red={level === "red"} running={run.ended_at === null} />
      {waiting > 0 && <span class="run-waiting">{t("waiting_others")} <span class="digits">{clock(waiting)}</span></span>}
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
