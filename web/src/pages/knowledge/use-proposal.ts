import { type Signal, signal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { type Article, type ArticleWords, knowledge } from "../../api/knowledge";
import { dropProposal, keepProposal, keptProposal } from "../../lib/proposal-drafts";
import { notify } from "../../state/notices";
import { type FieldProblems, fieldProblems } from "../../state/refusals";
import { user } from "../../state/session";
import { t } from "../../texts";

const EMPTY: ArticleWords = { title: "", subject: "", language: "id", body: "", answer: "", valid_from: null, valid_until: null };
const FIELDS = Object.keys(EMPTY) as (keyof ArticleWords)[];

const wordsOf = (article: Article): ArticleWords =>
  ({ ...EMPTY, ...Object.fromEntries(FIELDS.map((field) => [field, article[field]])) });

/** A proposal's form: what is typed is kept until the coordinators have it, whatever becomes of the dialog. */
export class ProposalForm {
  readonly words: Signal<ArticleWords>;
  readonly problems = signal<FieldProblems>({});
  readonly busy = signal(false);
  /** What is here was typed before the dialog was last closed. */
  readonly restored: Signal<boolean>;
  private readonly author = user.peek()?.username ?? "";
  private readonly base: ArticleWords;
  private readonly article: number | null;

  constructor(article: Article | null, private readonly sent: () => void) {
    this.article = article?.id ?? null;
    this.base = article === null ? EMPTY : wordsOf(article);
    const kept = keptProposal(this.author, this.article, EMPTY);
    this.words = signal(kept ?? this.base);
    this.restored = signal(kept !== null);
  }

  readonly set = (changes: Partial<ArticleWords>): void => {
    const words = { ...this.words.value, ...changes };
    this.words.value = words;
    if (FIELDS.every((field) => words[field] === this.base[field])) dropProposal(this.author, this.article);
    else keepProposal(this.author, this.article, words);
  };

  readonly startAgain = (): void => {
    dropProposal(this.author, this.article);
    this.words.value = this.base;
    this.restored.value = false;
  };

  readonly send = async (): Promise<void> => {
    [this.busy.value, this.problems.value] = [true, {}];
    try {
      await knowledge.propose(this.words.value, this.article);
      dropProposal(this.author, this.article);
      notify("success", t("knowledge_proposed_done"));
      this.sent();
    } catch (error) {
      this.problems.value = fieldProblems(error);
    }
    this.busy.value = false;
  };
}

export const useProposal = (article: Article | null, sent: () => void): ProposalForm => useMemo(() => new ProposalForm(article, sent), []);
