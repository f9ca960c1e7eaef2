import { get, post, query } from "./client";
import type { Language } from "./types";

export type ArticleState = "proposed" | "approved" | "refused" | "retired";

/** What an article says. `body` is Markdown for the operator, `answer` is for the caller; days are ISO dates, null is open. */
export interface ArticleWords {
  title: string;
  subject: string;
  language: Language;
  body: string;
  answer: string;
  valid_from: string | null;
  valid_until: string | null;
}

/** One version of an article. `valid`: approved, and it holds today. */
export interface Article extends ArticleWords {
  id: number;
  number: number;
  valid: boolean;
  state: ArticleState;
  proposed_by: string;
  proposed_at: string;
  decided_by: string | null;
  decided_at: string | null;
  reason: string;
  uses: number;
}

/** A version was proposed or decided. `waiting`: how many proposals wait for a coordinator now. */
export interface ArticlePush {
  type: "article";
  article: Pick<Article, "id" | "number" | "title" | "state" | "proposed_by" | "decided_by">;
  waiting: number;
}

interface Search {
  q?: string;
  subject?: string;
  language?: Language;
  state?: ArticleState | "valid";
  limit: number;
}

interface History {
  versions: Article[];
}

export const knowledge = {
  find: (search: Search) => get<{ items: Article[]; waiting: number }>(`/articles${query({ ...search })}`),
  history: (id: number) => get<History>(`/articles/${id}`),
  propose: (words: ArticleWords, article: number | null) => post<Article>("/articles", { ...words, article }),
  approve: (id: number, number: number, over: number) => post<History>(`/articles/${id}/approve`, { number, over }),
  refuse: (id: number, number: number, reason: string) => post<History>(`/articles/${id}/refuse`, { number, reason }),
  retire: (id: number, number: number, reason: string) => post<History>(`/articles/${id}/retire`, { number, reason }),
  use: (id: number, number: number, ticket: string) => post<{ counted: boolean }>(`/articles/${id}/use`, { number, ticket }),
};
