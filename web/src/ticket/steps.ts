import type { Level, Step, StepTime, Ticket } from "../api/types";
import type { Urgency } from "../lib/time";
import { reference } from "../state/reference";

/** Steps 1 to 5 of the SOP, each with its row on the form. Step 6 (selesai) has no work of its own. */
export const WORK_STEPS = ["greeting", "identity", "record", "classify", "answer"] as const;
export type WorkStep = (typeof WORK_STEPS)[number];

export interface StepView {
  state: "done" | "current" | "next";
  /** Seconds of the operators' own time at the step, all runs together; `null` when it never ran. */
  elapsed: number | null;
  /** Seconds that coordinator and PIC took (step 5b); shown apart. */
  waiting: number;
  /** Whether it waits for them now: the step's own clock stands still. */
  waits: boolean;
  standard: number | null;
  urgency: Urgency;
}

const URGENCY: Record<Level, Urgency> = { green: "calm", amber: "soon", red: "over" };

const order = (step: Step): number => (step === "closed" ? WORK_STEPS.length : WORK_STEPS.indexOf(step));

/** Seconds of a run spent on `what`, the clock that runs at `now` (epoch milliseconds) included. */
export function spent(run: StepTime, what: "own" | "waiting", now: number): number {
  const { counting } = run;
  const counted = what === "own" ? run.own_s : run.waiting_s;
  if (counting === null || counting.what !== what) return counted;
  const until = counting.until === null ? now : Math.min(now, Date.parse(counting.until));
  return counted + Math.max(0, until - Date.parse(counting.since)) / 1000;
}

/** How the step stands at the end of this run, or at `now`: the server said when amber and red will come. */
export function levelAt(run: StepTime, now: number): Level {
  const passed = (at: string | null) => at !== null && now > Date.parse(at);
  if (run.level === "red" || passed(run.red_at)) return "red";
  return run.level === "amber" || passed(run.amber_at) ? "amber" : "green";
}

const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0);

/** How a step stands at `now` (epoch milliseconds). A step that was entered again counts all its runs. */
export function stepView(ticket: Ticket, step: WorkStep, now: number): StepView {
  const runs = ticket.steps.filter((each) => each.step === step);
  const last = runs.at(-1);
  const position = order(step) - order(ticket.step);
  return {
    state: position < 0 ? "done" : position === 0 ? "current" : "next",
    elapsed: last === undefined ? null : sum(runs.map((run) => spent(run, "own", now))),
    waiting: sum(runs.map((run) => spent(run, "waiting", now))),
    waits: last?.counting?.what === "waiting",
    standard: last?.standard_s ?? reference.value?.sop.standard_s[step] ?? null,
    urgency: last === undefined ? "calm" : URGENCY[levelAt(last, now)],
  };
}
