import { useSignal } from "@preact/signals";
import { type Article, type ArticleState, knowledge } from "../../api/knowledge";
import { queryValue, setQuery } from "../../lib/router";
import { articlePushes } from "../../state/knowledge";
import { useLoaded } from "../../state/load";
import { editsTickets } from "../../state/session";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { QuerySearch } from "../../ui/filters";
import { Listed } from "../../ui/listed";
import { Empty, Select } from "../../ui/parts";
import { ProposalDialog } from "./proposal";

const SHOWN = 200;
const STATES: readonly ArticleState[] = ["approved", "proposed", "refused", "retired"];

const chosenState = (): ArticleState => STATES.find((each) => each === queryValue("state")) ?? "approved";

/** What became of a version; one that is approved but expired, or not begun, is told as such. */
export function ArticleTag({ article }: { article: Article }) {
  const expired = article.state === "approved" && !article.valid;
  return <span class="tag" data-testid="article-state">{t(expired ? "article_not_valid" : `article_${article.state}`)}</span>;
}

/** Every article by state, found as typed. */
export function KnowledgePage() {
  const proposing = useSignal(false);
  const { state, reload } = useLoaded(() => {
    void articlePushes.value;
    return knowledge.find({ q: queryValue("q"), state: chosenState(), limit: SHOWN });
  });
  const page = state.data;
  return (
    <div class="page" data-testid="knowledge-page" aria-busy={state.loading}>
      <header class="page-head">
        <h1>{t("knowledge_title")}</h1>
        {editsTickets.value && <Button class="push-end" look="primary" testid="knowledge-new" onClick={() => (proposing.value = true)}>{t("knowledge_new")}</Button>}
      </header>
      <div class="filters">
        <QuerySearch name="q" label={t("knowledge_search")} />
        <label class="filter">
          <span>{t("knowledge_state")}</span>
          <Select value={chosenState()} options={STATES.map((each) => [each, t(`article_${each}`)] as const)} testid="knowledge-state" onChange={(value) => setQuery({ state: value })} />
        </label>
      </div>
      {page !== null && page.waiting > 0 && <p class="quiet knowledge-waiting" data-testid="knowledge-waiting">{t("knowledge_waiting", { count: page.waiting })} {chosenState() !== "proposed" && <a href="/knowledge?state=proposed">{t("knowledge_show_waiting")}</a>}</p>}
      <Listed state={state} reload={reload} empty={<Empty icon="search" title={t("knowledge_empty")} text={t("knowledge_empty_text")} />}>
        {(page) => (
          <ul class="knowledge-list">
            {page.items.map((article) => (
              <li key={`${article.id}-${article.number}`} class="card" data-testid="knowledge-row">
                <a href={`/knowledge/${article.id}`}>{article.title}</a> <ArticleTag article={article} />
                <p class="knowledge-answer quiet" lang={article.language}>{article.answer}</p>
                <small>{t("knowledge_used", { count: article.uses })}</small>
              </li>
            ))}
          </ul>
        )}
      </Listed>
      {proposing.value && <ProposalDialog article={null} onClose={() => (proposing.value = false)} onDone={reload} />}
    </div>
  );
}
