/** Lower case without accents, so that what is typed finds what is meant. */
export const fold = (text: string): string =>
  text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** Whether every word of `typed` begins a word of `text` somewhere. An empty filter lets everything through. */
export function matches(text: string, typed: string): boolean {
  const haystack = ` ${fold(text).replace(/[^\p{L}\p{N}]+/gu, " ")}`;
  const words = fold(typed).split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  return words.every((word) => haystack.includes(` ${word}`));
}
