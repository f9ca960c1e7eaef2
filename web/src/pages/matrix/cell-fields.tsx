import type { Signal } from "@preact/signals";
import type { CellDraft, DetailDraft, DraftField } from "../../lib/cell";
import { t, type TextKey } from "../../texts";
import { Button } from "../../ui/button";
import { Labelled, Select } from "../../ui/parts";

export interface FieldsProps {
  draft: Signal<CellDraft>;
  problems: Partial<Record<DraftField, string>>;
}

const change = <F extends DraftField>(draft: Signal<CellDraft>, field: F, value: CellDraft[F]): void => {
  draft.value = { ...draft.value, [field]: value };
};

const problemOf = ({ problems }: FieldsProps, field: DraftField) => {
  const text = problems[field];
  return text === undefined ? {} : { error: text };
};

type TextField = "label_id" | "label_en" | "unit";

function Line({ field, hint, ...props }: FieldsProps & { field: TextField; hint?: TextKey }) {
  const id = `cell-${field}`;
  return (
    <Labelled label={t(`cell_${field}`)} for={id} {...(hint === undefined ? {} : { hint: t(hint) })} {...problemOf(props, field)}>
      <input id={id} type="text" autocomplete="off" aria-describedby={`${id}-hint`} aria-invalid={field in props.problems || undefined} data-testid={id} value={props.draft.value[field]} onInput={(event) => change(props.draft, field, event.currentTarget.value)} />
    </Labelled>
  );
}

type AreaField = "answer_id" | "answer_en" | "examples";

function Area({ field, hint, rows, ...props }: FieldsProps & { field: AreaField; hint: TextKey; rows: number }) {
  const id = `cell-${field}`;
  return (
    <Labelled label={t(`cell_${field}`)} for={id} hint={t(hint)} {...problemOf(props, field)}>
      <textarea id={id} rows={rows} aria-describedby={`${id}-hint`} aria-invalid={field in props.problems || undefined} data-testid={id} value={props.draft.value[field]} onInput={(event) => change(props.draft, field, event.currentTarget.value)} />
    </Labelled>
  );
}

function Check({ field, draft }: { field: "validation" | "active"; draft: Signal<CellDraft> }) {
  return (
    <label>
      <input type="checkbox" checked={draft.value[field]} data-testid={`cell-${field}`} onChange={(event) => change(draft, field, event.currentTarget.checked)} /> {t(`cell_${field}`)}
    </label>
  );
}

/** What the description has to tell: a label in each language, as many as wanted. */
function Required(props: FieldsProps) {
  const { draft } = props;
  const details = draft.value.required;
  const set = (at: number, detail: DetailDraft) => change(draft, "required", details.map((each, index) => (index === at ? detail : each)));
  const problem = props.problems.required;
  return (
    <div class="field cell-wide" role="group" aria-labelledby="cell-required-label">
      <span class="label" id="cell-required-label">{t("cell_required")}</span>
      {details.map((detail, at) => (
        <div key={at} class="cell-detail">
          {(["id", "en"] as const).map((language) => (
            <input key={language} type="text" autocomplete="off" aria-label={t(`cell_detail_${language}`, { n: at + 1 })} placeholder={t(`cell_detail_${language}`, { n: at + 1 })} data-testid={`cell-detail-${at}-${language}`} value={detail[language]} onInput={(event) => set(at, { ...detail, [language]: event.currentTarget.value })} />
          ))}
          <Button look="quiet" icon="close" label={t("cell_required_remove", { label: detail.id || at + 1 })} testid={`cell-detail-${at}-remove`} onClick={() => change(draft, "required", details.filter((_, index) => index !== at))} />
        </div>
      ))}
      <Button look="quiet" icon="insert" testid="cell-required-add" onClick={() => change(draft, "required", [...details, { code: "", id: "", en: "" }])}>{t("cell_required_add")}</Button>
      <p class={problem === undefined ? "hint" : "hint hint-error"}>{problem ?? t("cell_required_hint")}</p>
    </div>
  );
}

/** Everything of a cell that can be edited. */
export function CellFields(props: FieldsProps) {
  const { draft } = props;
  return (
    <div class="cell-form">
      <Line {...props} field="label_id" />
      <Line {...props} field="label_en" />
      <Line {...props} field="unit" hint="cell_unit_hint" />
      <Labelled label={t("cell_priority")} for="cell-priority">
        <Select id="cell-priority" value={draft.value.priority} options={[["normal", t("priority_normal")], ["high", t("priority_high")]]} testid="cell-priority" onChange={(value) => change(draft, "priority", value)} />
      </Labelled>
      <div class="cell-wide cell-checks">
        <Check field="validation" draft={draft} />
        <Check field="active" draft={draft} />
      </div>
      <Area {...props} field="answer_id" hint="cell_answer_hint" rows={4} />
      <Area {...props} field="answer_en" hint="cell_answer_hint" rows={4} />
      <Required {...props} />
      <div class="cell-wide"><Area {...props} field="examples" hint="cell_examples_hint" rows={5} /></div>
    </div>
  );
}
