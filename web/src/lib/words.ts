import { forget, recall, remember } from "./storage";

const key = (user: string, ticket: string, part: string) => `sambut.words.${user}.${ticket}.${part}`;

/**
 * What somebody is writing about a ticket that is not one of its fields: a question, an answer to it. Kept on this
 * computer until it was sent, over a reload, a crash or a dead network. `part` tells texts of the same ticket apart.
 */
export function keepWords(user: string, ticket: string, part: string, words: string): void {
  if (words === "") forget(key(user, ticket, part));
  else remember(key(user, ticket, part), words);
}

/** `null` when nothing is kept. */
export function keptWords(user: string, ticket: string, part: string): string | null {
  const words = recall(key(user, ticket, part));
  return typeof words === "string" ? words : null;
}
