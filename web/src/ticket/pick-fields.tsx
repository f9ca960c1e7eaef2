import { useSignal } from "@preact/signals";
import type { Kind } from "../api/types";
import { isKind } from "../lib/merge";
import { plateArea } from "../lib/plate";
import type { TicketEditor } from "../state/editor";
import { categories, categoryLabel, categoryOf, officeName, offices, officesOfArea } from "../state/reference";
import { local, t } from "../texts";
import { type Option, Picker } from "../ui/picker";
import { CategoryAside } from "./category-aside";
import { TicketField } from "./field";
import { Suggestion } from "./suggestion";
import type { FieldProps, KnownFieldProps } from "./text-fields";

const KINDS = ["informasi", "pengaduan"] as const;
/** Keys that pick a cell of the matrix at once, in its order. */
const CELL_KEYS = "1234567890-";

/** Every office, those of the plate's area first. */
function regionOptions(area: string): readonly Option[] {
  const suggested = officesOfArea(area);
  const rest = offices.value.filter((office) => !suggested.includes(office));
  return [
    ...suggested.map((office) => ({ value: office.code, label: office.name, note: t("region_suggested") })),
    ...rest.map((office) => ({ value: office.code, label: office.name })),
  ];
}

export function RegionField({ editor, readOnly, earlier }: KnownFieldProps) {
  const region = editor.value("region");
  const aside = !readOnly && <Suggestion editor={editor} field="region" earlier={earlier} />;
  return (
    <TicketField editor={editor} field="region" aside={aside}>
      <Picker
        id="region"
        value={region}
        text={region === "" ? "" : officeName(region)}
        options={regionOptions(plateArea(editor.value("plate")))}
        placeholder={t("region_filter")}
        disabled={readOnly}
        invalid={"region" in editor.problems.value}
        testid="field-region"
        onPick={(code) => editor.set("region", code, 0)}
      />
    </TicketField>
  );
}

/** A category of the other kind does not survive a change of kind. */
export function setKind(editor: TicketEditor, kind: Kind): void {
  const category = categoryOf(editor.value("category"));
  if (category !== undefined && category.kind !== kind) editor.set("category", "", null);
  editor.set("kind", kind, 0);
}

export function KindField({ editor, readOnly }: FieldProps) {
  const kind = editor.value("kind");
  return (
    <TicketField editor={editor} field="kind" group hintInLine class="field-kind">
      <div class="segmented segmented-column" role="group" aria-labelledby="kind-label">
        {KINDS.map((choice) => (
          <button
            key={choice}
            id={choice === KINDS[0] ? "kind" : undefined}
            type="button"
            aria-pressed={kind === choice}
            disabled={readOnly}
            data-testid={`kind-${choice}`}
            onClick={() => setKind(editor, choice)}
          >
            {t(`kind_${choice}`)}
          </button>
        ))}
      </div>
    </TicketField>
  );
}

function categoryOptions(kind: Kind): readonly Option[] {
  return categories.value
    .filter((category) => category.kind === kind && category.active)
    .map((category, at) => {
      const notes = [category.priority === "high" ? t("high_priority") : "", category.validation ? t("usually_validation") : ""];
      const note = notes.filter(Boolean).join(", ");
      const digit = CELL_KEYS[at];
      return {
        value: category.code,
        label: local(category.label),
        ...(note === "" ? {} : { note }),
        ...(digit === undefined ? {} : { digit }),
      };
    });
}

function pickCategory(editor: TicketEditor, code: string): void {
  const category = categoryOf(code);
  if (category !== undefined && category.kind !== editor.value("kind")) editor.set("kind", category.kind, null);
  editor.set("category", code, 0);
}

/** The matrix: one kind's subjects as a grid, the other kind behind PageUp or PageDown. */
export function CategoryField({ editor, readOnly }: FieldProps) {
  const own = editor.value("kind");
  const looked = useSignal<Kind | null>(null);
  const kind: Kind = looked.value ?? (isKind(own) ? own : "informasi");
  const other: Kind = kind === "informasi" ? "pengaduan" : "informasi";
  const category = editor.value("category");
  const header = (
    <div class="picker-head">
      {KINDS.map((choice) => (
        <button key={choice} type="button" tabIndex={-1} aria-pressed={kind === choice} data-testid={`category-kind-${choice}`} onClick={() => (looked.value = choice)}>
          {t(`kind_${choice}`)}
        </button>
      ))}
      <kbd>PgUp</kbd> <kbd>PgDn</kbd>
    </div>
  );
  return (
    <TicketField editor={editor} field="category" hintInLine aside={!readOnly && <CategoryAside editor={editor} onPick={(code) => pickCategory(editor, code)} />}>
      <Picker
        id="category"
        value={category}
        text={category === "" ? "" : categoryLabel(category)}
        options={categoryOptions(kind)}
        columns={3}
        header={header}
        placeholder={t("category_filter")}
        disabled={readOnly}
        invalid={"category" in editor.problems.value}
        testid="field-category"
        onPick={(code) => {
          looked.value = null;
          pickCategory(editor, code);
        }}
        onKey={(key) => {
          if (key !== "PageUp" && key !== "PageDown") return false;
          looked.value = other;
          return true;
        }}
      />
    </TicketField>
  );
}
