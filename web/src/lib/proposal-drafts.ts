import type { ArticleWords } from "../api/knowledge";
import { forget, recall, remember } from "./storage";

/** One draft for each article, and one for a new article (null). */
const key = (user: string, article: number | null) => `sambut.proposal.${user}.${article ?? "new"}`;

/** Keeps what is typed into a proposal until it is sent or dropped: over a closed dialog, a reload, a crash. */
export function keepProposal(user: string, article: number | null, words: ArticleWords): void {
  remember(key(user, article), words);
}

export function dropProposal(user: string, article: number | null): void {
  forget(key(user, article));
}

/** What was kept, as far as a proposal still has such fields; null when nothing was. */
export function keptProposal(user: string, article: number | null, empty: ArticleWords): ArticleWords | null {
  const raw = recall(key(user, article));
  if (typeof raw !== "object" || raw === null) return null;
  const known = Object.entries(raw).filter(([field, value]) => field in empty && (typeof value === "string" || (value === null && field.startsWith("valid_"))));
  return { ...empty, ...Object.fromEntries(known) };
}
