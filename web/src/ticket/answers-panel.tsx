import { useComputed, useSignal } from "@preact/signals";
import { type Article, knowledge } from "../api/knowledge";
import { useShortcuts } from "../lib/keys";
import type { TicketEditor } from "../state/editor";
import { articlePushes } from "../state/knowledge";
import { useLoaded } from "../state/load";
import { attempt } from "../state/notices";
import { categoryOf } from "../state/reference";
import { editsTickets } from "../state/session";
import { t } from "../texts";
import { Button } from "../ui/button";
import { addToAnswer } from "./add-answer";

const KEYS = "Alt+J";
const SHOWN = 4;

/** Articles for the ticket's matter (SOP step 5), searched as typed; the first goes into the answer by one key. */
export function AnswersPanel({ editor }: { editor: TicketEditor }) {
  const typed = useSignal("");
  const said = useSignal("");
  // Only what the search needs: every save changes the ticket, and while a search runs the key has nothing to insert.
  const subject = useComputed(() => categoryOf(editor.value("category"))?.subject ?? "");
  const ticketLanguage = useComputed(() => editor.ticket.value.language);
  const { state, reload } = useLoaded(() => {
    void articlePushes.value;
    return knowledge.find({
      q: typed.value.trim().slice(0, 200),
      subject: subject.value,
      language: ticketLanguage.value,
      limit: SHOWN,
    });
  });
  const items = state.data?.items ?? [];
  const writes = editsTickets.value && editor.ticket.value.step !== "closed";
  const insert = (article: Article) => {
    const there = editor.value("answer").includes(article.answer);
    addToAnswer(editor, article.answer);
    said.value = t(there ? "answers_there" : "answers_inserted", { title: article.title });
    if (!there) void attempt(() => knowledge.use(article.id, article.number, editor.number));
  };
  const [first] = items;
  useShortcuts(writes && !state.loading && first !== undefined ? { [KEYS]: () => insert(first) } : {});
  return (
    <section class="card answers" data-testid="answers" aria-busy={state.loading}>
      <h2>{t("answers_title")}</h2>
      <input
        type="search"
        aria-label={t("knowledge_search")}
        placeholder={t("knowledge_search")}
        maxLength={200}
        data-testid="answers-search"
        value={typed.value}
        onInput={(event) => (typed.value = event.currentTarget.value)}
      />
      <p role="status" class="quiet" data-testid="answers-said">{said.value}</p>
      {state.problem !== "" && <p class="problem" role="alert">{state.problem} <Button onClick={reload}>{t("try_again")}</Button></p>}
      {state.data !== null && first === undefined && <p class="quiet">{t("answers_none")}</p>}
      <ul class="answers-list">
        {items.map((article, at) => (
          <li key={article.id} data-testid="answers-item">
            <a href={`/knowledge/${article.id}`}>{article.title}</a>
            <p class="knowledge-answer" lang={article.language}>{article.answer}</p>
            {writes && <Button look="quiet" icon="insert" {...(at === 0 ? { keys: KEYS } : {})} testid="answers-insert" onClick={() => insert(article)}>{t("answers_insert")}</Button>}
          </li>
        ))}
      </ul>
    </section>
  );
}
