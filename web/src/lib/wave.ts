/** A note of the ring: hertz, when it begins and how long it lasts, in seconds. */
export interface Note {
  readonly hertz: number;
  readonly at: number;
  readonly seconds: number;
}

const RATE = 16_000;
const HEADER_BYTES = 44;
const [ATTACK_S, LOUDNESS] = [0.015, 0.3];

/** Loud at once and then dying away, like a struck bar. */
function sample(note: Note, time: number): number {
  const since = time - note.at;
  if (since < 0 || since >= note.seconds) return 0;
  const envelope = Math.min(1, since / ATTACK_S) * (1 - since / note.seconds) ** 2;
  return LOUDNESS * envelope * Math.sin(2 * Math.PI * note.hertz * since);
}

function header(view: DataView, bytes: number): void {
  const text = (at: number, word: string) => [...word].forEach((letter, i) => view.setUint8(at + i, letter.charCodeAt(0)));
  text(0, "RIFF");
  view.setUint32(4, HEADER_BYTES - 8 + bytes, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true); // length of the format
  view.setUint16(20, 1, true); // PCM
  view.setUint16(22, 1, true); // mono
  view.setUint32(24, RATE, true);
  view.setUint32(28, RATE * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true); // bits
  text(36, "data");
  view.setUint32(40, bytes, true);
}

/** The notes as a WAV file (16 bit, mono) of `seconds` length, silence after the last one. */
export function wave(notes: readonly Note[], seconds: number): ArrayBuffer {
  const count = Math.round(seconds * RATE);
  const buffer = new ArrayBuffer(HEADER_BYTES + count * 2);
  const view = new DataView(buffer);
  header(view, count * 2);
  for (let at = 0; at < count; at += 1) {
    const value = notes.reduce((sum, note) => sum + sample(note, at / RATE), 0);
    view.setInt16(HEADER_BYTES + at * 2, Math.round(Math.max(-1, Math.min(1, value)) * 32767), true);
  }
  return buffer;
}
