import { describe, expect, it } from "vitest";
import { reconnectDelay, Sequence } from "../src/api/sequence";

describe("the numbers of a connection's messages", () => {
  it("are in order while each is one more than the last, wherever they began", () => {
    const sequence = new Sequence();
    expect([7, 8, 9].map((seq) => sequence.accept(seq))).toEqual([true, true, true]);
  });

  it("show a lost message as a gap", () => {
    const sequence = new Sequence();
    sequence.accept(1);
    expect(sequence.accept(3)).toBe(false);
  });

  it("show a message that came twice", () => {
    const sequence = new Sequence();
    sequence.accept(4);
    expect(sequence.accept(4)).toBe(false);
  });

  it("begin anew with a new connection", () => {
    const sequence = new Sequence();
    sequence.accept(40);
    sequence.restart();
    expect(sequence.accept(1)).toBe(true);
  });
});

describe("the wait before a reconnection", () => {
  it("doubles from half a second and ends at ten", () => {
    expect([0, 1, 2, 3, 4, 5, 6, 50].map((attempt) => reconnectDelay(attempt, 0))).toEqual([
      500, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000,
    ]);
  });

  it("is shortened by up to a third, so that a hundred desks do not come back in one moment", () => {
    expect(reconnectDelay(1, 0.999)).toBeGreaterThanOrEqual(667);
    expect(reconnectDelay(1, 0.999)).toBeLessThan(1000);
  });
});
