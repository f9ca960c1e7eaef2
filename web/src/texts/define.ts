import type { Language } from "../api/types";

/** A text in every language of the program. The type is what keeps a translation from being forgotten. */
export type Text = Readonly<Record<Language, string>>;

export const define = <K extends string>(texts: Readonly<Record<K, Text>>): Readonly<Record<K, Text>> => texts;
