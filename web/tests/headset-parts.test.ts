import { describe, expect, it } from "vitest";
import { findDevice, readSettings } from "../src/headset/choice";
import { loudness } from "../src/headset/echo";
import { levelOf, shareOf, SILENCE_DB } from "../src/headset/meter";
import { wave } from "../src/lib/wave";

const JABRA = { id: "a1", label: "Jabra Evolve" };

describe("the chosen device", () => {
  it("is found by its id", () => {
    expect(findDevice([{ id: "b", label: "Webcam" }, JABRA], { id: "a1", label: "another name" })).toEqual(JABRA);
  });

  it("is found by its name after the browser has forgotten its ids", () => {
    expect(findDevice([{ id: "new", label: "Jabra Evolve" }], JABRA)).toEqual({ id: "new", label: "Jabra Evolve" });
  });

  it("is not there while it is unplugged, nor while names are not known yet", () => {
    expect(findDevice([{ id: "b", label: "" }], { id: "x", label: "" })).toBeNull();
    expect(findDevice([], JABRA)).toBeNull();
  });
});

describe("settings of a workstation", () => {
  it.each([null, "nonsense", 7, {}])("begin with the computer's own devices and all processing on: %s", (kept) => {
    expect(readSettings(kept)).toEqual({ microphone: null, speaker: null, ring: null, echo: true, noise: true, gain: true, on: false });
  });

  it("come back as they were kept, and broken parts as if they had never been", () => {
    const kept = { microphone: JABRA, speaker: { id: 3 }, noise: false, on: true };
    expect(readSettings(kept)).toMatchObject({ microphone: JABRA, speaker: null, noise: false, gain: true, on: true });
  });
});

describe("a level", () => {
  it("of a full sine is -3 dB, of silence the bottom of the meter", () => {
    const sine = Array.from({ length: 1000 }, (_, at) => Math.sin((at / 1000) * 20 * Math.PI));
    expect(levelOf(sine)).toBeCloseTo(-3.01, 1);
    expect(levelOf([0, 0, 0])).toBe(SILENCE_DB);
    expect(levelOf([])).toBe(SILENCE_DB);
  });

  it("fills the meter from nothing to all", () => {
    expect([SILENCE_DB, -30, 0, 6].map(shareOf)).toEqual([0, 0.5, 1, 1]);
  });

  it.each([
    [null, "silent"],
    [-70, "silent"],
    [-45, "quiet"],
    [-21, "good"],
    [-3, "loud"],
  ] as const)("of %s dB in the echo test is %s", (db, word) => {
    expect(loudness(db)).toBe(word);
  });
});

describe("the ring as a file", () => {
  const file = new DataView(wave([{ hertz: 660, at: 0.1, seconds: 0.2 }], 0.5));
  const sample = (seconds: number, spread = 40) =>
    Math.max(...Array.from({ length: spread }, (_, i) => Math.abs(file.getInt16(44 + 2 * (Math.round(seconds * 16_000) + i), true))));

  it("is a WAV of the length that was asked for", () => {
    expect(String.fromCharCode(...[0, 1, 2, 3].map((at) => file.getUint8(at)))).toBe("RIFF");
    expect(file.getUint32(40, true)).toBe(16_000);
    expect(file.byteLength).toBe(44 + 16_000);
  });

  it("sounds where the note is, and nowhere else", () => {
    expect(sample(0)).toBe(0);
    expect(sample(0.15)).toBeGreaterThan(2000);
    expect(sample(0.4)).toBe(0);
  });
});
