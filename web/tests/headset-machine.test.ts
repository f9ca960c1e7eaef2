import { describe, expect, it } from "vitest";
import { type Effect, type Headset, type HeadsetEvent, OFF, pauseBefore, step } from "../src/headset/machine";

/** The state after these events, and what was asked for by the last of them. */
function after(...events: HeadsetEvent[]): { headset: Headset; effects: readonly Effect[] } {
  let headset = OFF;
  let effects: readonly Effect[] = [];
  for (const event of events) [headset, effects] = step(headset, event);
  return { headset, effects };
}

const doings = (effects: readonly Effect[]) => effects.map((effect) => effect.do);

const ON: HeadsetEvent = { type: "wanted", on: true };
const ALLOWED: HeadsetEvent = { type: "allowed", denied: null };
const MICROPHONE: HeadsetEvent = { type: "microphone" };
const OFFER: HeadsetEvent = { type: "offer", line: 7 };
const UP: HeadsetEvent = { type: "told", state: "up", line: 7, reason: "" };
const TALKING = [ALLOWED, ON, MICROPHONE, OFFER, UP];

describe("the headset", () => {
  it("asks for the microphone, then for a line, and answers the offer", () => {
    expect(doings(after(ALLOWED, ON).effects)).toEqual(["ask"]);
    expect(doings(after(ALLOWED, ON, MICROPHONE).effects)).toEqual(["ready", "again"]);
    expect(doings(after(ALLOWED, ON, MICROPHONE, OFFER).effects)).toEqual(["answer", "again"]);
    expect(after(...TALKING).headset).toMatchObject({ state: "up", line: 7, failures: 0 });
  });

  it("waits for the server and for its turn before it asks anybody for anything", () => {
    const { headset, effects } = after(ON);
    expect(headset.state).toBe("off");
    expect(effects).toEqual([]);
    expect(doings(after(ON, ALLOWED).effects)).toEqual(["ask"]);
  });

  it.each(["denied", "no_device", "in_use", "insecure"])("stays down with the reason when the microphone is %s", (reason) => {
    const { headset, effects } = after(ALLOWED, ON, { type: "no_microphone", reason });
    expect(headset).toMatchObject({ state: "down", reason, microphone: false });
    expect(effects).toContainEqual({ do: "say_off", reason: "no_microphone" });
    expect(doings(effects)).not.toContain("again");
  });

  it("tells the server when the headset was pulled out and nothing is left", () => {
    expect(after(...TALKING, { type: "no_microphone", reason: "device_lost" }).effects).toContainEqual({ do: "say_off", reason: "device_lost" });
  });

  it("asks for another line soon after it noticed that the connection is lost", () => {
    const lost = after(...TALKING, { type: "lost" });
    expect(lost.headset).toMatchObject({ state: "down", reason: "connection", line: null });
    expect(lost.effects).toEqual([{ do: "hang_up" }, { do: "again", ms: 500 }]);
    expect(doings(after(...TALKING, { type: "lost" }, { type: "again" }).effects)).toEqual(["ready", "again"]);
  });

  it("leaves a new offer to the server when it was the server that noticed", () => {
    const [, again] = after(...TALKING, { type: "told", state: "down", line: 7, reason: "no_sound" }).effects;
    expect(again).toMatchObject({ do: "again" });
    expect((again as { ms: number }).ms).toBeGreaterThan(5000);
  });

  it("stays up while its line is renewed, and is down if the new one does not come", () => {
    const renewed = after(...TALKING, { type: "offer", line: 8 });
    expect(renewed.headset).toMatchObject({ state: "up", line: 8 });
    expect(doings(renewed.effects)).toEqual(["answer", "again"]);
    expect(after(...TALKING, { type: "offer", line: 8 }, { ...UP, line: 8 } as HeadsetEvent).headset).toMatchObject({ state: "up", line: 8 });
    const failed: HeadsetEvent = { type: "told", state: "down", line: 8, reason: "no_sound" };
    expect(after(...TALKING, { type: "offer", line: 8 }, failed).headset).toMatchObject({ state: "down", line: null });
  });

  it("ignores news of a line that it no longer has", () => {
    const before = after(...TALKING).headset;
    expect(step(before, { type: "told", state: "down", line: 6, reason: "old" })).toEqual([before, []]);
  });

  it("does not hang up while the line to the server is away, and asks again when it is back", () => {
    const away = after(...TALKING, { type: "allowed", denied: "link" });
    expect(away.headset).toMatchObject({ state: "down", reason: "link", microphone: true });
    expect(doings(away.effects)).toEqual(["calm"]);
    expect(doings(after(...TALKING, { type: "allowed", denied: "link" }, ALLOWED).effects)).toEqual(["ready", "again"]);
  });

  it("lets the old line carry the call until the other tab has its own", () => {
    const { headset, effects } = after(...TALKING, { type: "allowed", denied: "elsewhere" });
    expect(headset).toMatchObject({ state: "off", reason: "elsewhere", wanted: true });
    expect(doings(effects)).toEqual(["calm", "hand_over"]);
  });

  it("goes off at once when another kind of phone was chosen, and says so", () => {
    const { effects } = after(...TALKING, { type: "allowed", denied: "other_phone" });
    expect(doings(effects)).toEqual(["say_off", "calm", "hang_up", "release"]);
  });

  it("puts a microphone away that comes after it was switched off", () => {
    expect(doings(after(ALLOWED, ON, { type: "wanted", on: false }, MICROPHONE).effects)).toEqual(["release"]);
  });

  it("is not asked for twice by two presses", () => {
    expect(after(ALLOWED, ON, ON).effects).toEqual([]);
    expect(after(...TALKING, ON).effects).toEqual([]);
  });

  it("waits longer after each failure, and never longer than ten seconds", () => {
    expect([1, 2, 3, 4, 5, 6, 20].map(pauseBefore)).toEqual([500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
  });
});
