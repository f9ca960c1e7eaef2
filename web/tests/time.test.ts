import { describe, expect, it } from "vitest";
import { clock, secondsSince, shortMoment, urgency } from "../src/lib/time";

describe("a running clock", () => {
  it.each([
    [0, "0:00"],
    [7.9, "0:07"],
    [65, "1:05"],
    [3723, "1:02:03"],
    [-4, "0:00"],
  ])("of %d seconds reads %s", (seconds, text) => {
    expect(clock(seconds)).toBe(text);
  });

  it("counts from a time with an offset", () => {
    expect(secondsSince("2026-11-24T20:00:00+07:00", Date.parse("2026-11-24T13:00:30Z"))).toBe(30);
  });

  it("stands at 0 for a time that cannot be read", () => {
    expect(secondsSince("soon", 1000)).toBe(0);
  });
});

describe("a step against its standard time", () => {
  it.each([
    [0, "calm"],
    [47.9, "calm"],
    [48, "soon"],
    [60, "soon"],
    [60.1, "over"],
  ])("of 60 s is, after %d s, %s", (elapsed, expected) => {
    expect(urgency(elapsed, 60)).toBe(expected);
  });

  it("without a standard is never urgent", () => {
    expect(urgency(9999, null)).toBe("calm");
  });
});

describe("a moment in a list", () => {
  const now = new Date(2026, 10, 24, 15, 0).getTime();

  it("of today is only a time", () => {
    expect(shortMoment(new Date(2026, 10, 24, 9, 5).toISOString(), now, "id")).toBe("09:05");
  });

  it("of another day has the day, and the year when it is another one", () => {
    expect(shortMoment(new Date(2026, 10, 20, 9, 5).toISOString(), now, "id")).toBe("20 Nov 09:05");
    expect(shortMoment(new Date(2025, 11, 31, 9, 5).toISOString(), now, "en")).toBe("31 Dec 2025 09:05");
  });
});
