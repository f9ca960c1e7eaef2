import { signal } from "@preact/signals";
import type { EchoState, Message, Said } from "../api/types";

/** The last test's course: the operator speaks, hears it come back, and is told how loud it was. */
export interface Echo {
  readonly state: EchoState;
  readonly levelDb: number | null;
}

export const echo = signal<Echo | null>(null);

export type Loudness = "silent" | "quiet" | "good" | "loud";

/** Speech on a headset lies around -20 dB of full scale; what is far below is not understood, near 0 it is clipped. */
const [SILENT_DB, QUIET_DB, LOUD_DB] = [-55, -38, -8];

export function loudness(levelDb: number | null): Loudness {
  if (levelDb === null || levelDb < SILENT_DB) return "silent";
  if (levelDb < QUIET_DB) return "quiet";
  return levelDb > LOUD_DB ? "loud" : "good";
}

export const echoRunning = (state: Echo | null): boolean => state?.state === "speak" || state?.state === "listen";

export function startEcho(send: (said: Said) => void): void {
  echo.value = { state: "speak", levelDb: null };
  send({ type: "headset_echo" });
}

export function echoMessage(message: Message): void {
  if (message.type === "headset_echo") echo.value = { state: message.state, levelDb: message.level_db };
}

/** A line that went away takes its test along. */
export function endEcho(): void {
  if (echoRunning(echo.value)) echo.value = { state: "failed", levelDb: null };
}
