import { useSignal } from "@preact/signals";
import { type Article, type ArticleWords, knowledge } from "../../api/knowledge";
import { articlePushes } from "../../state/knowledge";
import { useLoaded } from "../../state/load";
import { attempt } from "../../state/notices";
import { personName, subjectName } from "../../state/reference";
import { coordinates, editsTickets } from "../../state/session";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Markdown } from "../../ui/markdown";
import { Labelled, Loading } from "../../ui/parts";
import { ArticleTag } from "./page";
import { ProposalDialog } from "./proposal";

const COMPARED = ["title", "subject", "language", "body", "answer", "valid_from", "valid_until"] as const satisfies (keyof ArticleWords)[];

/** A field as people read it: a subject by its label, a language by its name, nothing as a dash. */
function inWords(article: Article, field: keyof ArticleWords): string {
  const value = article[field] ?? "";
  if (field === "language") return t(`language_${article.language}`);
  if (field === "subject") return value === "" ? t("article_any_subject") : subjectName(value);
  return value === "" ? t("none") : value;
}

function Diff({ before, after }: { before: Article; after: Article }) {
  return (
    <dl class="matrix-diff article-diff" data-testid="article-diff">
      {COMPARED.filter((field) => before[field] !== after[field]).map((field) => (
        <div key={field}>
          <dt>{t(`article_${field}`)}</dt>
          <dd><del>{inWords(before, field)}</del> <ins>{inWords(after, field)}</ins></dd>
        </div>
      ))}
    </dl>
  );
}

function Decision({ version, over, onDone }: { version: Article; over: number; onDone: () => void }) {
  const reason = useSignal("");
  const decide = async (work: () => Promise<unknown>) => {
    await attempt(work);
    onDone();
  };
  const id = `reason-${version.number}`;
  const ends = version.state === "approved" ? knowledge.retire : knowledge.refuse;
  return (
    <>
      <Labelled label={t("knowledge_reason")} for={id}>
        <input id={id} maxLength={200} data-testid="article-reason" value={reason.value} onInput={(event) => (reason.value = event.currentTarget.value)} />
      </Labelled>
      {version.state === "proposed" && <Button look="primary" testid="article-approve" onClick={() => void decide(() => knowledge.approve(version.id, version.number, over))}>{t("knowledge_approve")}</Button>}
      <Button look="danger" disabled={reason.value.trim().length < 3} testid="article-end" onClick={() => void decide(() => ends(version.id, version.number, reason.value))}>
        {t(version.state === "approved" ? "knowledge_retire" : "knowledge_refuse")}
      </Button>
    </>
  );
}

function Version({ version, inForce, onDone }: { version: Article; inForce: Article | undefined; onDone: () => void }) {
  const open = version.state === "proposed" || version.state === "approved";
  return (
    <section class="card" data-testid="article-version" data-state={version.state}>
      <h2>{version.title} <ArticleTag article={version} /></h2>
      <p class="quiet">
        {t("knowledge_version", { number: version.number })} · {t("knowledge_by", { name: personName(version.proposed_by) })}
        {version.decided_by !== null && ` · ${t("knowledge_decided_by", { name: personName(version.decided_by) })}`}
        {version.reason !== "" && ` · ${version.reason}`}
      </p>
      {version.state === "proposed" && inForce !== undefined && <Diff before={inForce} after={version} />}
      <Markdown text={version.body} />
      <h3 class="version-answer">{t("article_answer")}</h3>
      <p class="knowledge-answer" lang={version.language}>{version.answer}</p>
      {coordinates.value && open && <Decision version={version} over={inForce?.number ?? 0} onDone={onDone} />}
    </section>
  );
}

/** One article with all its versions, the newest first. */
export function ArticlePage({ id }: { id: string }) {
  const proposing = useSignal(false);
  const { state, reload } = useLoaded(() => {
    void articlePushes.value;
    return knowledge.history(Number(id));
  });
  const versions = state.data?.versions ?? [];
  const inForce = versions.find((version) => version.state === "approved");
  const base = inForce ?? versions[0];
  return (
    <div class="page page-narrow" data-testid="article-page" aria-busy={state.loading}>
      <header class="page-head">
        <h1>{base?.title ?? t("knowledge_title")}</h1>
        {editsTickets.value && base !== undefined && <Button class="push-end" testid="article-change" onClick={() => (proposing.value = true)}>{t("knowledge_change")}</Button>}
      </header>
      {state.problem !== "" && <p class="problem" role="alert">{state.problem} <Button onClick={reload}>{t("try_again")}</Button></p>}
      {state.data === null && state.problem === "" && <Loading />}
      {versions.map((version) => <Version key={version.number} version={version} inForce={inForce} onDone={reload} />)}
      {proposing.value && base !== undefined && <ProposalDialog article={base} onClose={() => (proposing.value = false)} onDone={reload} />}
    </div>
  );
}
