import type { HeadsetOff, LineState } from "../api/types";

/**
 * The headset's line as a table of its own: events in, the next state and what is to be done out. No browser, no time.
 *
 * `asking`: the microphone is being opened. `connecting`: the server was asked for a line, or is making one.
 * `up`: both directions were proven. `down`: wanted and not there, tried again where trying can help.
 */
export type HeadsetState = "off" | "asking" | "connecting" | "up" | "down";

export interface Headset {
  readonly state: HeadsetState;
  /** Why it is off or down, as in the texts `headset_why_<reason>`; "" when there is nothing to say. */
  readonly reason: string;
  /** The server's number of the line that is being made or is up. */
  readonly line: number | null;
  readonly microphone: boolean;
  /** The operator wants it, and this page may have it (active desk, browser as phone, a line to the server). */
  readonly wanted: boolean;
  readonly allowed: boolean;
  readonly failures: number;
}

export const OFF: Headset = {
  state: "off",
  reason: "",
  line: null,
  microphone: false,
  wanted: false,
  allowed: false,
  failures: 0,
};

/** Why this page may not have the headset: another tab has it, no line to the server, or another kind of phone. */
export type Denied = "elsewhere" | "link" | "other_phone";

export type HeadsetEvent =
  | { type: "wanted"; on: boolean }
  | { type: "allowed"; denied: Denied | null }
  | { type: "microphone" }
  | { type: "no_microphone"; reason: string }
  | { type: "offer"; line: number }
  | { type: "told"; state: LineState; line: number | null; reason: string }
  | { type: "lost" }
  | { type: "again" };

export type Effect =
  | { do: "ask" | "release" | "ready" | "answer" | "hang_up" | "hand_over" | "calm" }
  | { do: "say_off"; reason: HeadsetOff }
  | { do: "again"; ms: number };

type Step = readonly [Headset, readonly Effect[]];

/** A line that is not up after so long is asked for again; the server itself gives up after 10 s. */
const DEADLINE_MS = 12_000;
const [FIRST_PAUSE_MS, LONGEST_PAUSE_MS] = [500, 10_000];

export const pauseBefore = (failures: number): number =>
  Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.max(0, failures - 1));

/** Goes for a line from wherever it stands, if it is wanted and allowed. */
function begin(headset: Headset): Step {
  if (!headset.wanted || !headset.allowed) return [headset, []];
  if (!headset.microphone) return [{ ...headset, state: "asking", reason: "" }, [{ do: "ask" }]];
  const next: Headset = { ...headset, state: "connecting", reason: "", line: null };
  return [next, [{ do: "ready" }, { do: "again", ms: DEADLINE_MS }]];
}

/** The server knows and offers a new line by itself (within 5 s): this page asks only if it does not. */
function brokenThere(headset: Headset, reason: string): Step {
  const next: Headset = { ...headset, state: "down", reason, line: null };
  return [next, [{ do: "hang_up" }, { do: "again", ms: DEADLINE_MS }]];
}

/** Only this page knows yet. */
function brokenHere(headset: Headset): Step {
  const failures = headset.failures + 1;
  const next: Headset = { ...headset, state: "down", reason: "connection", line: null, failures };
  return [next, [{ do: "hang_up" }, { do: "again", ms: pauseBefore(failures) }]];
}

function putAway(headset: Headset, reason: string): Step {
  const next: Headset = { ...headset, state: "off", reason, line: null, microphone: false, failures: 0 };
  return [next, [{ do: "calm" }, { do: "hang_up" }, { do: "release" }]];
}

/** The server is told, where it does not know by itself. */
const said = (reason: HeadsetOff, [next, effects]: Step): Step => [next, [{ do: "say_off", reason }, ...effects]];

function allowed(headset: Headset, denied: Denied | null): Step {
  if (denied === null) return headset.allowed ? [headset, []] : begin({ ...headset, allowed: true });
  const next = { ...headset, allowed: false };
  // The old line carries the call until the other tab has its own.
  if (denied === "elsewhere") return [putAway(next, denied)[0], [{ do: "calm" }, { do: "hand_over" }]];
  if (denied === "other_phone") return said("changed", putAway(next, denied));
  // What is heard may outlast a lost line to the server, so nothing is hung up; the next line replaces it.
  return [headset.wanted ? { ...next, state: "down", reason: "link" } : next, [{ do: "calm" }]];
}

function microphoneGone(headset: Headset, reason: string): Step {
  const next: Headset = { ...headset, state: "down", reason, line: null, microphone: false };
  const said: HeadsetOff = reason === "device_lost" ? "device_lost" : "no_microphone";
  return [next, [{ do: "calm" }, { do: "hang_up" }, { do: "say_off", reason: said }, { do: "release" }]];
}

function told(headset: Headset, event: HeadsetEvent & { type: "told" }): Step {
  if (event.line !== headset.line) return [headset, []];
  if (event.state === "up") return [{ ...headset, state: "up", reason: "", failures: 0 }, [{ do: "calm" }]];
  return event.state === "down" ? brokenThere(headset, event.reason) : [{ ...headset, state: "connecting" }, []];
}

const UNDER_WAY: readonly HeadsetState[] = ["asking", "connecting", "up"];

function wanted(headset: Headset, on: boolean): Step {
  if (on) return UNDER_WAY.includes(headset.state) ? [headset, []] : begin({ ...headset, wanted: true });
  return said("closed", putAway({ ...headset, wanted: false }, ""));
}

function opened(headset: Headset): Step {
  if (headset.wanted && headset.allowed) return begin({ ...headset, microphone: true });
  return [{ ...headset, microphone: false }, [{ do: "release" }]];
}

/** A line that is up is renewed for a caller in wide band, while the headset rings: nobody need see that. */
function offered(headset: Headset, line: number): Step {
  if (!headset.microphone || !headset.allowed) return [headset, []];
  const state = headset.state === "up" ? "up" : "connecting";
  return [{ ...headset, state, line }, [{ do: "answer" }, { do: "again", ms: DEADLINE_MS }]];
}

/** The next state, and what is to be done for it. */
export function step(headset: Headset, event: HeadsetEvent): Step {
  switch (event.type) {
    case "wanted":
      return wanted(headset, event.on);
    case "allowed":
      return allowed(headset, event.denied);
    case "microphone":
      return opened(headset);
    case "no_microphone":
      return microphoneGone(headset, event.reason);
    case "offer":
      return offered(headset, event.line);
    case "told":
      return told(headset, event);
    case "lost":
      return headset.line === null ? [headset, []] : brokenHere(headset);
    case "again":
      return headset.state === "connecting" || headset.state === "down" ? begin(headset) : [headset, []];
  }
}
