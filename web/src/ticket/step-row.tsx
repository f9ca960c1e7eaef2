import type { ComponentChildren } from "preact";
import type { Ticket } from "../api/types";
import { clock } from "../lib/time";
import { now } from "../state/clock";
import { t } from "../texts";
import { Icon } from "../ui/icon";
import { stepView, type StepView, WORK_STEPS, type WorkStep } from "./steps";

const STATE_TEXT = { done: "step_done", current: "step_current", next: "step_next" } as const;

/** What coordinator and PIC took, apart from the operator's own time (SOP.md). */
function WaitingClock({ view, step }: { view: StepView; step: WorkStep }) {
  if (view.waiting === 0 && !view.waits) return null;
  return (
    <p class={view.waits ? "step-waiting step-waiting-now" : "step-waiting"} data-testid={`step-waiting-${step}`} title={t("waiting_apart")}>
      <Icon name="clock" class="icon-small" /> {t("waiting_others")} <span class="digits">{clock(view.waiting)}</span>
    </p>
  );
}

const URGENCY_TEXT = { calm: null, soon: "near_standard", over: "over_standard" } as const;

/** The step's own clock against its standard time: digits, a bar, and words for who does not see the colour. */
function StepClock({ view, step }: { view: StepView; step: WorkStep }) {
  const { elapsed, standard } = view;
  const share = elapsed === null || standard === null ? 0 : Math.min(1, elapsed / standard);
  const words = URGENCY_TEXT[view.urgency];
  return (
    <div class={`step-clock step-clock-${view.urgency}`} data-testid={`step-clock-${step}`} data-urgency={view.urgency}>
      <span class="digits">
        {elapsed === null ? "–" : clock(elapsed)}
        {standard !== null && <small> / {clock(standard)}</small>}
      </span>
      <span class="step-bar" aria-hidden="true">
        <span style={{ width: `${Math.round(share * 100)}%` }} />
      </span>
      {words !== null && <span class="visually-hidden">{t(words)}</span>}
    </div>
  );
}

/** One step of the procedure: number, name and clock at the left, its fields at the right. */
export function StepRow({ ticket, step, children }: { ticket: Ticket; step: WorkStep; children: ComponentChildren }) {
  const view = stepView(ticket, step, now.value);
  return (
    <section
      class={`step step-${view.state}`}
      aria-labelledby={`step-${step}`}
      aria-current={view.state === "current" ? "step" : undefined}
      data-testid={`step-${step}`}
      data-state={view.state}
    >
      <header class="step-head">
        <span class="step-number" aria-hidden="true">
          {view.state === "done" ? <Icon name="check" /> : WORK_STEPS.indexOf(step) + 1}
        </span>
        <div>
          <h3 id={`step-${step}`}>
            {t(`step_${step}`)} <span class="visually-hidden">({t(STATE_TEXT[view.state])})</span>
          </h3>
          <StepClock view={view} step={step} />
          <WaitingClock view={view} step={step} />
        </div>
      </header>
      <div class="step-body">{children}</div>
    </section>
  );
}
