import { useSignal } from "@preact/signals";
import { ApiError, Unreachable } from "../../api/client";
import { type Article, type ArticleWords, knowledge } from "../../api/knowledge";
import { explain, notify } from "../../state/notices";
import { categories } from "../../state/reference";
import { local, t } from "../../texts";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Labelled, Select } from "../../ui/parts";

const EMPTY: ArticleWords = { title: "", subject: "", language: "id", body: "", answer: "", valid_from: null, valid_until: null };
const FIELDS = Object.keys(EMPTY) as (keyof ArticleWords)[];

const wordsOf = (article: Article): ArticleWords =>
  ({ ...EMPTY, ...Object.fromEntries(FIELDS.map((field) => [field, article[field]])) });

/** A new article, or another version of one: what is typed stays until the coordinators have it. */
export function ProposalDialog({ article, onClose, onDone }: { article: Article | null; onClose: () => void; onDone: () => void }) {
  const words = useSignal<ArticleWords>(article === null ? EMPTY : wordsOf(article));
  const problem = useSignal("");
  const busy = useSignal(false);
  const set = (changes: Partial<ArticleWords>) => (words.value = { ...words.value, ...changes });
  const subjects = new Map(categories.value.map((cell) => [cell.subject, local(cell.label)] as const));
  const send = async () => {
    [busy.value, problem.value] = [true, ""];
    try {
      await knowledge.propose(words.value, article?.id ?? null);
      notify("success", t("knowledge_proposed_done"));
      onDone();
      onClose();
    } catch (error) {
      if (!(error instanceof ApiError || error instanceof Unreachable)) throw error;
      problem.value = explain(error);
    }
    busy.value = false;
  };
  return (
    <Dialog wide title={t(article === null ? "knowledge_new" : "knowledge_change")} onClose={onClose} testid="proposal">
      <form onSubmit={(event) => { event.preventDefault(); void send(); }}>
        <Labelled label={t("article_title")} for="article-title">
          <input id="article-title" required minLength={3} maxLength={120} data-testid="article-title" value={words.value.title} onInput={(event) => set({ title: event.currentTarget.value })} />
        </Labelled>
        <div class="filters">
          <Select label={t("article_subject")} value={words.value.subject} options={[["", t("article_any_subject")], ...subjects]} testid="article-subject" onChange={(subject) => set({ subject })} />
          <Select label={t("article_language")} value={words.value.language} options={[["id", t("language_id")], ["en", t("language_en")]]} testid="article-language" onChange={(language) => set({ language })} />
        </div>
        <Labelled label={t("article_body")} for="article-body">
          <textarea id="article-body" rows={6} required maxLength={20000} data-testid="article-body" value={words.value.body} onInput={(event) => set({ body: event.currentTarget.value })} />
        </Labelled>
        <Labelled label={t("article_answer")} for="article-answer">
          <textarea id="article-answer" rows={4} required maxLength={2000} data-testid="article-answer" value={words.value.answer} onInput={(event) => set({ answer: event.currentTarget.value })} />
        </Labelled>
        <div class="filters">
          {(["valid_from", "valid_until"] as const).map((field) => (
            <label key={field} class="filter"><span>{t(`article_${field}`)}</span>
              <input type="date" data-testid={`article-${field}`} value={words.value[field] ?? ""} onChange={(event) => set({ [field]: event.currentTarget.value || null })} />
            </label>
          ))}
        </div>
        {problem.value !== "" && <p class="problem" role="alert">{problem.value}</p>}
        <footer class="dialog-foot">
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button type="submit" look="primary" busy={busy.value} testid="proposal-send">{t("knowledge_new")}</Button>
        </footer>
      </form>
    </Dialog>
  );
}
