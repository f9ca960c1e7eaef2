import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

type Zone = typeof import("../src/lib/zone");
type Time = typeof import("../src/lib/time");

/** 09:05 in Semarang, 02:05 in London. */
const MORNING = "2026-11-24T02:05:06Z";

describe("the office's time, on a computer that is set to another zone", () => {
  let zone: Zone;
  let time: Time;

  beforeEach(async () => {
    vi.resetModules();
    [zone, time] = await Promise.all([import("../src/lib/zone"), import("../src/lib/time")]);
    zone.tellTimeIn("Asia/Jakarta");
  });

  afterEach(() => vi.restoreAllMocks());

  it("is what every page tells", () => {
    expect(time.timeOfDay(MORNING)).toBe("09:05:06");
    expect(time.moment("2026-11-24T20:30:00Z", "id")).toBe("25 Nov 2026 03:30");
    expect(time.shortMoment("2026-12-31T18:00:00Z", Date.parse("2026-12-31T20:00:00Z"), "id")).toBe("01:00");
    expect(time.shortMoment("2026-12-31T16:00:00Z", Date.parse("2026-12-31T20:00:00Z"), "id")).toBe("31 Des 2026 23:00");
    expect(time.isoDay("2026-11-24T17:00:00Z")).toBe("2026-11-25");
  });

  it("comes back from a picker as the moment that was picked", () => {
    expect(time.localInput(Date.parse(MORNING))).toBe("2026-11-24T09:05");
    expect(zone.fromWall("2026-11-24T09:05")).toBe(Date.parse("2026-11-24T02:05:00Z"));
    expect(zone.fromWall("2026-11-24T23:59:59")).toBe(Date.parse("2026-11-24T16:59:59Z"));
    expect(zone.fromWall("")).toBeNaN();
  });

  it.each([
    ["2026-03-29T00:30", "2026-03-29T00:30:00Z"],
    ["2026-03-29T03:00", "2026-03-29T02:00:00Z"],
    ["2026-10-25T23:00", "2026-10-25T23:00:00Z"],
    ["2026-07-01T12:00", "2026-07-01T11:00:00Z"],
  ])("is right on both sides of a change of the clocks: %s", (shown, moment) => {
    zone.tellTimeIn("Europe/London");
    expect(zone.fromWall(shown)).toBe(Date.parse(moment));
  });

  it("is drawn again where a page was faster than the news of its zone", async () => {
    vi.resetModules();
    const [fresh, drawn, { effect }] = await Promise.all([import("../src/lib/zone"), import("../src/lib/time"), import("@preact/signals")]);
    const shown: string[] = [];
    effect(() => void shown.push(drawn.moment(MORNING, "en")));
    fresh.tellTimeIn("Asia/Jakarta");
    expect(shown.at(-1)).toBe("24 Nov 2026 09:05");
    fresh.tellTimeIn("America/Lima");
    expect(shown.at(-1)).toBe("23 Nov 2026 21:05");
  });

  it("is nothing for a time that cannot be read", () => {
    expect(time.timeOfDay("soon")).toBe("");
    expect(time.localInput(Number.NaN)).toBe("");
    expect(zone.wall("soon")).toBeNull();
  });

  it("stays this computer's where the browser does not know the office's zone", () => {
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    zone.tellTimeIn("Mars/Olympus");
    expect(zone.officeZone.value).toBe("Asia/Jakarta");
  });
});
