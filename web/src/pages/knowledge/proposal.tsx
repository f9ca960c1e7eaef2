import { useEffect, useRef } from "preact/hooks";
import type { Article, ArticleWords } from "../../api/knowledge";
import { categories } from "../../state/reference";
import { errorOf } from "../../state/refusals";
import { local, t } from "../../texts";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Labelled, Select } from "../../ui/parts";
import { type ProposalForm, useProposal } from "./use-proposal";

interface FieldProps {
  form: ProposalForm;
  field: keyof ArticleWords;
}

/** What every control of the form has in common: its names, what it holds, and whether the server refused that. */
const control = ({ form, field }: FieldProps) => ({
  id: `article-${field}`,
  "data-testid": `article-${field}`,
  "aria-describedby": `article-${field}-hint`,
  "aria-invalid": field in form.problems.value || undefined,
  value: form.words.value[field] ?? "",
});

function Line({ form, field, ...limits }: FieldProps & { minLength: number; maxLength: number }) {
  return (
    <Labelled label={t(`article_${field}`)} for={`article-${field}`} {...errorOf(form.problems.value, field)}>
      <input {...control({ form, field })} {...limits} type="text" required autocomplete="off" onInput={(event) => form.set({ [field]: event.currentTarget.value })} />
    </Labelled>
  );
}

function Area({ form, field, ...limits }: FieldProps & { rows: number; maxLength: number }) {
  return (
    <Labelled label={t(`article_${field}`)} for={`article-${field}`} {...errorOf(form.problems.value, field)}>
      <textarea {...control({ form, field })} {...limits} required onInput={(event) => form.set({ [field]: event.currentTarget.value })} />
    </Labelled>
  );
}

function Choice({ form, field, options }: FieldProps & { options: readonly (readonly [string, string])[] }) {
  return (
    <Labelled label={t(`article_${field}`)} for={`article-${field}`} {...errorOf(form.problems.value, field)}>
      <Select id={`article-${field}`} testid={`article-${field}`} value={form.words.value[field] ?? ""} options={options} onChange={(value) => form.set({ [field]: value })} />
    </Labelled>
  );
}

function Day({ form, field }: FieldProps) {
  return (
    <Labelled label={t(`article_${field}`)} for={`article-${field}`} {...errorOf(form.problems.value, field)}>
      <input {...control({ form, field })} type="date" onInput={(event) => form.set({ [field]: event.currentTarget.value || null })} />
    </Labelled>
  );
}

const subjects = (): readonly (readonly [string, string])[] => {
  const named = new Map(categories.value.map((cell) => [cell.subject, local(cell.label)] as const));
  return [["", t("article_any_subject")], ...named];
};

/** A new article, or another version of one. Closed with something typed, it keeps that until it is opened again. */
export function ProposalDialog({ article, onClose, onDone }: { article: Article | null; onClose: () => void; onDone: () => void }) {
  const form = useProposal(article, () => {
    onDone();
    onClose();
  });
  const fields = useRef<HTMLFormElement>(null);
  const { problems } = form;
  useEffect(() => fields.current?.querySelector<HTMLElement>("[aria-invalid]")?.focus(), [problems.value]);
  return (
    <Dialog wide title={t(article === null ? "knowledge_new" : "knowledge_change")} onClose={onClose} testid="proposal">
      <form ref={fields} onSubmit={(event) => { event.preventDefault(); void form.send(); }}>
        {form.restored.value && (
          <p class="cell-notice" role="status" data-testid="proposal-restored">
            {t("knowledge_draft")} <Button look="quiet" testid="proposal-drop" onClick={form.startAgain}>{t("knowledge_draft_drop")}</Button>
          </p>
        )}
        <Line form={form} field="title" minLength={3} maxLength={120} />
        <div class="cell-form">
          <Choice form={form} field="subject" options={subjects()} />
          <Choice form={form} field="language" options={[["id", t("language_id")], ["en", t("language_en")]]} />
        </div>
        <Area form={form} field="body" rows={6} maxLength={20000} />
        <Area form={form} field="answer" rows={4} maxLength={2000} />
        <div class="cell-form">
          <Day form={form} field="valid_from" />
          <Day form={form} field="valid_until" />
        </div>
        {problems.value[""] !== undefined && <p class="problem" role="alert">{problems.value[""]}</p>}
        <footer class="dialog-foot">
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button type="submit" look="primary" busy={form.busy.value} testid="proposal-send">{t("knowledge_send")}</Button>
        </footer>
      </form>
    </Dialog>
  );
}
