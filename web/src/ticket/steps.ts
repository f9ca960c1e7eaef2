import type { Step, Ticket } from "../api/types";
import { secondsSince, urgency, type Urgency } from "../lib/time";
import { reference } from "../state/reference";

/** Steps 1 to 5 of the SOP, each with its row on the form. Step 6 (selesai) has no work of its own. */
export const WORK_STEPS = ["greeting", "identity", "record", "classify", "answer"] as const;
export type WorkStep = (typeof WORK_STEPS)[number];

export interface StepView {
  state: "done" | "current" | "next";
  /** Seconds on the step's clock, all runs together; `null` when it never ran. */
  elapsed: number | null;
  standard: number | null;
  urgency: Urgency;
}

const order = (step: Step): number => (step === "closed" ? WORK_STEPS.length : WORK_STEPS.indexOf(step));

function standardOf(ticket: Ticket, step: Step): number | null {
  const run = ticket.steps.find((each) => each.step === step);
  return run?.standard_s ?? reference.value?.sop.standard_s[step] ?? null;
}

/** How a step stands at `now` (epoch milliseconds). A step that was entered again counts all its runs. */
export function stepView(ticket: Ticket, step: WorkStep, now: number): StepView {
  const runs = ticket.steps.filter((each) => each.step === step);
  const seconds = runs.map((run) => secondsSince(run.started_at, run.ended_at === null ? now : Date.parse(run.ended_at)));
  const elapsed = runs.length === 0 ? null : Math.max(0, seconds.reduce((sum, each) => sum + each, 0));
  const standard = standardOf(ticket, step);
  const position = order(step) - order(ticket.step);
  const state = position < 0 ? "done" : position === 0 ? "current" : "next";
  return { state, elapsed, standard, urgency: urgency(elapsed ?? 0, standard) };
}
