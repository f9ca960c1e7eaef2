import { useSignal } from "@preact/signals";
import type { Action, SopAction, Ticket } from "../api/types";
import { untold } from "../lib/details";
import { useShortcuts } from "../lib/keys";
import { type Field, FIELDS } from "../lib/merge";
import { polite } from "../state/alerts";
import type { TicketEditor } from "../state/editor";
import { notify } from "../state/notices";
import { categoryOf } from "../state/reference";
import { missingText } from "../state/refusals";
import { t } from "../texts";
import { Button, type ButtonProps } from "../ui/button";
import { validationHint, ValidationButtons } from "./escalation";

/** What is one step further in the procedure; of these at most one is open at a time. */
const ADVANCING: readonly SopAction[] = ["greet", "identify", "record", "classify", "close"];

const ORDER: readonly SopAction[] = ["reopen", "back", "unreachable", "take", ...ADVANCING];

/** Where the work of the new step begins. */
const FIRST_FIELD: Partial<Record<Ticket["step"], Field>> = {
  identity: "caller_name",
  record: "description",
  classify: "category",
  answer: "answer",
};

const isField = (name: string): name is Field => (FIELDS as readonly string[]).includes(name);

/** The server's list (fields, and details of the category), less what is filled in here and only not stored yet. */
function missingFor(editor: TicketEditor, action: SopAction): readonly string[] {
  const wanted = untold(categoryOf(editor.value("category"))?.required ?? [], editor.value("description")).map(({ code }) => code);
  const listed = editor.ticket.value.missing[action] ?? [];
  return listed.filter((name) => (isField(name) ? editor.value(name).trim() === "" : wanted.includes(name)));
}

const isNext = (action: SopAction, allowed: readonly Action[]): boolean =>
  ADVANCING.includes(action) || (action === "take" && !ADVANCING.some((each) => allowed.includes(each)));

/** A detail is told in the description. */
function focusField(field: string | undefined): void {
  if (field !== undefined) document.getElementById(isField(field) ? field : "description")?.focus();
}

/** The buttons are the ticket's own `allowed`, and what still lacks is named before anyone presses. */
export function TicketActions({ editor, ringing }: { editor: TicketEditor; ringing: boolean }) {
  const busy = useSignal<SopAction | null>(null);
  const { allowed } = editor.ticket.value;
  // Picking up the phone takes the ticket; until then there is nothing to press.
  const actions = ORDER.filter((action) => allowed.includes(action) && !(ringing && action === "take"));
  const next = actions.find((action) => isNext(action, allowed));
  const missing = next === undefined ? [] : missingFor(editor, next);

  const run = async (action: SopAction) => {
    const lacking = missingFor(editor, action);
    if (lacking.length > 0) {
      notify("warning", missingText(lacking));
      return focusField(lacking[0]);
    }
    busy.value = action;
    const problem = await editor.act(action);
    busy.value = null;
    if (problem !== null) return notify("error", problem);
    const { step, number } = editor.ticket.value;
    polite.value = step === "closed" ? t("notice_closed", { ticket: number }) : t("notice_moved", { step: t(`step_${step}`) });
    focusField(FIRST_FIELD[step]);
  };
  const on = (action: SopAction | undefined) => () => {
    if (action !== undefined && busy.value === null) void run(action);
  };
  useShortcuts({ "Ctrl+Enter": on(next), "Ctrl+Shift+Enter": on(allowed.includes("back") ? "back" : undefined) });

  return (
    <div class="ticket-actions" role="group" aria-label={t("ticket_actions")} data-testid="ticket-actions">
      <p class="ticket-missing" data-testid="ticket-missing">{ringing ? t("pick_up_first") : missing.length > 0 ? missingText(missing) : validationHint(editor)}</p>
      <ValidationButtons editor={editor} />
      {actions.map((action) => {
        const look: ButtonProps["look"] = action === next ? "primary" : "plain";
        return (
          <Button
            key={action}
            look={look}
            busy={busy.value === action}
            testid={`action-${action}`}
            {...(action === next ? { keys: "Ctrl+Enter" } : {})}
            onClick={() => void run(action)}
          >
            {t(`action_${action}`)}
          </Button>
        );
      })}
    </div>
  );
}
