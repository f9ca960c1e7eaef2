/**
 * Number plates as they are typed: area letters, number, suffix. This only tidies and guesses;
 * whether a plate is right is the server's word (`hotline.plate`).
 */

const FORM = /^([A-Z]{1,2})([1-9]\d{0,3})([A-Z]{0,3})$/;

export interface PlateParts {
  area: string;
  number: string;
  suffix: string;
}

const squeeze = (text: string) => text.toUpperCase().replace(/[^A-Z0-9]/g, "");

/** The parts of a complete plate, or `null` while it is not one. */
export function plateParts(text: string): PlateParts | null {
  const match = FORM.exec(squeeze(text));
  return match === null ? null : { area: match[1] ?? "", number: match[2] ?? "", suffix: match[3] ?? "" };
}

/** `d1234abc` becomes `D 1234 ABC`; what is not a plate stays as typed, so that nothing typed is lost. */
export function formatPlate(text: string): string {
  const parts = plateParts(text);
  return parts === null ? text.trim() : [parts.area, parts.number, parts.suffix].filter(Boolean).join(" ");
}

/** The area letters as soon as a number follows them, `""` before. */
export function plateArea(text: string): string {
  return /^([A-Z]{1,2})\d/.exec(squeeze(text))?.[1] ?? "";
}
