import type { TicketSummary } from "../api/types";
import { spokenGreeting } from "../lib/greeting";
import { useShortcuts } from "../lib/keys";
import { FIELDS } from "../lib/merge";
import { wall } from "../lib/zone";
import { now } from "../state/clock";
import type { TicketEditor } from "../state/editor";
import { reference } from "../state/reference";
import { editsTickets, user } from "../state/session";
import { t } from "../texts";
import { TicketActions } from "./actions";
import { AnswerField } from "./answer-field";
import { EscalationPart } from "./escalation";
import { CategoryField, KindField, RegionField } from "./pick-fields";
import { StepRow } from "./step-row";
import { DescriptionField, NameField, PlateField } from "./text-fields";

/** Alt+1 … Alt+7 go to the fields in the order of the procedure. */
const focusKeys = Object.fromEntries(
  FIELDS.map((field, at) => [`Alt+${at + 1}`, () => document.getElementById(field)?.focus()]),
);

/** What the operator says first, in the caller's language, with the own name in its place. */
function greeting(editor: TicketEditor): string {
  const script = reference.value?.sop.greeting_script ?? "";
  const { language } = editor.ticket.value;
  const text = typeof script === "string" ? script : script[language];
  return spokenGreeting(text, user.value?.name ?? "", wall(now.value)?.hour ?? 0, language);
}

interface Props {
  editor: TicketEditor;
  /** Earlier tickets of the same number, newest first: nobody should have to tell the same thing twice. */
  earlier?: readonly TicketSummary[];
  /** The operator's phone is ringing for this ticket. */
  ringing?: boolean;
}

/** A ticket as the steps of the SOP, all of them in view: what is known early can be written early. */
export function TicketForm({ editor, earlier = [], ringing = false }: Props) {
  const ticket = editor.ticket.value;
  const readOnly = !editsTickets.value || ticket.step === "closed";
  useShortcuts(focusKeys);
  return (
    <div class="ticket-form" aria-label={t("steps_label")} role="group" data-testid="ticket-form" data-ticket={ticket.number} data-step={ticket.step}>
      <StepRow ticket={ticket} step="greeting">
        <p class="script" lang={ticket.language} data-testid="greeting-script">
          <span>{t("greeting_script")}</span> “{greeting(editor)}”
        </p>
      </StepRow>
      <StepRow ticket={ticket} step="identity">
        <div class="fields fields-identity">
          <NameField editor={editor} readOnly={readOnly} earlier={earlier} />
          <PlateField editor={editor} readOnly={readOnly} earlier={earlier} />
          <RegionField editor={editor} readOnly={readOnly} earlier={earlier} />
        </div>
      </StepRow>
      <StepRow ticket={ticket} step="record">
        <div class="fields fields-record">
          <KindField editor={editor} readOnly={readOnly} />
          <DescriptionField editor={editor} readOnly={readOnly} />
        </div>
      </StepRow>
      <StepRow ticket={ticket} step="classify">
        <CategoryField editor={editor} readOnly={readOnly} />
      </StepRow>
      <StepRow ticket={ticket} step="answer">
        <EscalationPart editor={editor} />
        <AnswerField editor={editor} readOnly={readOnly} />
      </StepRow>
      {editsTickets.value && <TicketActions editor={editor} ringing={ringing} />}
    </div>
  );
}
