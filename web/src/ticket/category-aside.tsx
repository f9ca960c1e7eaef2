import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ApiError, Unreachable } from "../api/client";
import { suggestions } from "../api/matrix";
import type { CategoryDetail } from "../api/types";
import { untold, withLine } from "../lib/details";
import { useShortcuts } from "../lib/keys";
import { isKind } from "../lib/merge";
import type { TicketEditor } from "../state/editor";
import { categoryLabel, categoryOf } from "../state/reference";
import { local, t } from "../texts";
import { Button } from "../ui/button";

/** How long nothing is typed before the service is asked, and before it is asked again while it still learns. */
const [PAUSE_MS, LEARNING_MS] = [400, 2000];
const SHORTEST = 8;
/** A key each, beside one another on the keyboard. */
const KEYS = ["Alt+K", "Alt+L"] as const;

/** The codes that the service suggests for what is typed now; none while it is unsure or cannot be asked. */
function useSuggested(text: string, kind: string, wanted: boolean): readonly string[] {
  const codes = useSignal<readonly string[]>([]);
  useEffect(() => {
    if (!wanted || text.trim().length < SHORTEST) {
      codes.value = [];
      return;
    }
    let stale = false;
    let timer = window.setTimeout(() => void ask(), PAUSE_MS);
    const ask = async () => {
      try {
        const found = await suggestions.category(text, isKind(kind) ? kind : null);
        if (stale) return;
        codes.value = found.items.map((item) => item.code);
        if (found.model.trained_at === null && found.model.training) timer = window.setTimeout(() => void ask(), LEARNING_MS);
      } catch (error) {
        // A convenience: when it cannot be had, the matrix is still there to pick from.
        if (!(error instanceof ApiError || error instanceof Unreachable)) throw error;
      }
    };
    return () => {
      stale = true;
      window.clearTimeout(timer);
    };
  }, [text, kind, wanted]);
  return codes.value;
}

interface Props {
  editor: TicketEditor;
  onPick: (code: string) => void;
}

/** The likeliest cells for the description while no category is chosen. A key or a click takes one; nothing else does. */
function Suggestions({ editor, onPick }: Props) {
  const codes = useSuggested(editor.value("description"), editor.value("kind"), true).filter((code) => categoryOf(code)?.active === true);
  useShortcuts(Object.fromEntries(codes.map((code, at) => [KEYS[at] ?? "", () => onPick(code)])));
  if (codes.length === 0) return null;
  return (
    <span class="category-aside" role="group" aria-label={t("model_title")} data-testid="category-suggestions">
      <small>{t("suggested")}</small>
      {codes.map((code, at) => (
        <Button
          key={code}
          look="quiet"
          class="suggestion"
          keys={KEYS[at] ?? ""}
          title={t("suggestion_take", { label: categoryLabel(code) })}
          testid={`suggested-category-${at + 1}`}
          onClick={() => onPick(code)}
        >
          {categoryLabel(code)}
        </Button>
      ))}
    </span>
  );
}

/** Begins a line for the detail in the description, with the cursor behind it. */
function begin(editor: TicketEditor, detail: CategoryDetail): void {
  editor.set("description", withLine(editor.value("description"), detail.label[editor.ticket.value.language]));
  const area = document.getElementById("description");
  if (!(area instanceof HTMLTextAreaElement)) return;
  area.focus();
  window.requestAnimationFrame(() => {
    area.setSelectionRange(area.value.length, area.value.length);
    area.scrollTop = area.scrollHeight;
  });
}

/** What the chosen cell requires and the description does not tell yet. */
function Wanted({ editor, details }: { editor: TicketEditor; details: readonly CategoryDetail[] }) {
  if (details.length === 0) return null;
  return (
    <span class="category-aside" role="group" aria-label={t("details_wanted")} data-testid="details-wanted">
      <small>{t("details_wanted")}</small>
      {details.map((detail) => (
        <Button
          key={detail.code}
          look="quiet"
          icon="insert"
          class="suggestion"
          title={t("detail_insert", { label: local(detail.label) })}
          testid={`detail-${detail.code}`}
          onClick={() => begin(editor, detail)}
        >
          {local(detail.label)}
        </Button>
      ))}
    </span>
  );
}

/** In the category's line: cells to choose from while none is, and what the chosen one still asks for. */
export function CategoryAside({ editor, onPick }: Props) {
  const category = categoryOf(editor.value("category"));
  if (category === undefined) return <Suggestions editor={editor} onPick={onPick} />;
  return <Wanted editor={editor} details={untold(category.required, editor.value("description"))} />;
}
