import { describe, expect, it } from "vitest";
import type { StepTime, Ticket } from "../src/api/types";
import { levelAt, spent, stepView } from "../src/ticket/steps";

const NINE = Date.parse("2026-11-23T09:00:00+07:00");
const at = (seconds: number) => new Date(NINE + seconds * 1000).toISOString();

function run(changes: Partial<StepTime>): StepTime {
  return {
    step: "answer",
    operator: "operator1",
    started_at: at(0),
    ended_at: null,
    standard_s: 300,
    own_s: 0,
    waiting_s: 0,
    level: "green",
    overdue: false,
    amber_at: null,
    red_at: null,
    counting: null,
    ...changes,
  };
}

const ticket = (...steps: StepTime[]) => ({ step: "answer", steps }) as Ticket;

describe("a step's clock", () => {
  it("goes on from what the server counted", () => {
    const running = run({ own_s: 20, counting: { what: "own", since: at(20), until: null } });
    expect(spent(running, "own", NINE + 65_000)).toBe(65);
    expect(spent(running, "waiting", NINE + 65_000)).toBe(0);
  });

  it("stands still while coordinator or PIC have the question, and theirs runs", () => {
    const waiting = run({ own_s: 20, waiting_s: 5, counting: { what: "waiting", since: at(25), until: null } });
    const view = stepView(ticket(waiting), "answer", NINE + 100_000);
    expect([view.elapsed, view.waiting, view.waits]).toEqual([20, 80, true]);
  });

  it("stops at closing time", () => {
    const closing = run({ own_s: 0, counting: { what: "own", since: at(0), until: at(30) } });
    expect(spent(closing, "own", NINE + 3_600_000)).toBe(30);
  });

  it("turns amber and red when the server said it would, without asking again", () => {
    const running = run({ amber_at: at(240), red_at: at(300) });
    expect([239, 241, 301].map((seconds) => levelAt(running, NINE + seconds * 1000))).toEqual(["green", "amber", "red"]);
  });

  it("is the sum of its runs, and as late as the last one says", () => {
    const first = run({ own_s: 200, ended_at: at(200) });
    const second = run({ own_s: 150, level: "red", ended_at: at(350) });
    const view = stepView(ticket(first, second), "answer", NINE + 400_000);
    expect([view.elapsed, view.urgency]).toEqual([350, "over"]);
  });
});
