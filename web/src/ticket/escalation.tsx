import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Action } from "../api/types";
import type { Escalation } from "../api/validation";
import { useShortcuts } from "../lib/keys";
import { callRunning, can, perform } from "../state/call";
import { onDesk } from "../state/desk";
import type { TicketEditor } from "../state/editor";
import { notify } from "../state/notices";
import { categoryOf } from "../state/reference";
import { editsTickets, takesCalls, withdraws } from "../state/session";
import { polite } from "../state/alerts";
import { t } from "../texts";
import { Button } from "../ui/button";
import { CallButton } from "./call-button";
import { AskDialog } from "./escalation-ask";
import { HeldBy, LoopTag, WayTag } from "./escalation-state";
import { isOpen } from "./escalation-words";

const may = (editor: TicketEditor, action: Action): boolean => editor.ticket.value.allowed.includes(action);

/** Whether the call on the desk is the one about this ticket. */
const onThisCall = (editor: TicketEditor): boolean => callRunning.value !== null && onDesk.value?.editor.number === editor.number;

async function move(editor: TicketEditor, action: "told" | "withdraw"): Promise<void> {
  const problem = await editor.act(action);
  if (problem !== null) return notify("error", problem);
  polite.value = t(action === "told" ? "loop_told" : "loop_withdrawn");
}

/** Step 5b begins here. */
function Ask({ editor }: { editor: TicketEditor }) {
  const asking = useSignal(false);
  const usual = categoryOf(editor.value("category"))?.validation === true;
  useShortcuts({ "Alt+V": () => (asking.value = true) });
  return (
    <>
      <Button icon="transfer" keys="Alt+V" {...(usual ? { title: t("need_validation_usual") } : {})} testid="action-escalate" onClick={() => (asking.value = true)}>
        {t("need_validation")}
      </Button>
      {asking.value && <AskDialog editor={editor} onClose={() => (asking.value = false)} />}
    </>
  );
}

/** With the answer there: back to the caller, tell, done. One of these is the next thing, and primary. */
function Tell({ editor }: { editor: TicketEditor }) {
  const here = onThisCall(editor);
  const held = here && can("resume");
  const ticket = editor.ticket.value;
  useShortcuts({ "Alt+V": () => void move(editor, "told") });
  return (
    <>
      {held && <Button look="primary" icon="play" keys="F4" testid="loop-resume" onClick={perform("resume")}>{t("resume")}</Button>}
      {!here && ticket.caller.number !== "" && <CallButton ticket={ticket} long testid="loop-call" />}
      <Button look={here && !held ? "primary" : "plain"} icon="check" keys="Alt+V" testid="action-told" onClick={() => void move(editor, "told")}>
        {t("action_told")}
      </Button>
    </>
  );
}

function Withdraw({ editor }: { editor: TicketEditor }) {
  const ask = () => confirm(t("withdraw_confirm")) && void move(editor, "withdraw");
  return <Button icon="close" testid="action-withdraw" onClick={ask}>{t("action_withdraw")}</Button>;
}

/** What can be done in the loop now, among the step's own buttons. Once the answer is there it is too late to withdraw. */
export function ValidationButtons({ editor }: { editor: TicketEditor }) {
  if (takesCalls.value && may(editor, "told")) return <Tell editor={editor} />;
  if (takesCalls.value && may(editor, "escalate")) return <Ask editor={editor} />;
  return withdraws.value && may(editor, "withdraw") && !may(editor, "told") ? <Withdraw editor={editor} /> : null;
}

/** What comes next, in words, once the answer is there; `""` before. */
export function validationHint(editor: TicketEditor): string {
  const { escalation } = editor.ticket.value;
  if (escalation?.state !== "answered" || !takesCalls.value) return "";
  if (onThisCall(editor)) return t(can("resume") ? "loop_resume_first" : "loop_tell");
  return t(escalation.way === "wait" ? "loop_caller_gone" : "loop_call_first");
}

/** Puts the answer after what is already there, never over it. */
function insertAnswer(editor: TicketEditor, answer: string): void {
  const written = editor.value("answer").trimEnd();
  editor.set("answer", written === "" ? answer : `${written}\n${answer}`, 0);
}

function Answer({ editor, escalation }: { editor: TicketEditor; escalation: Escalation }) {
  const inserted = editor.value("answer").includes(escalation.answer);
  return (
    <div class="loop-tell">
      <p class="loop-answer" data-testid="loop-answer">{escalation.answer}</p>
      {!inserted && editsTickets.value && (
        <Button look="quiet" icon="insert" testid="loop-insert" onClick={() => insertAnswer(editor, escalation.answer)}>{t("loop_use_answer")}</Button>
      )}
    </div>
  );
}

/** Where the question is, who has it and since when; and the answer, once it is back (SOP step 5b). */
export function EscalationPart({ editor }: { editor: TicketEditor }) {
  const { escalation } = editor.ticket.value;
  const part = useRef<HTMLElement>(null);
  const answered = escalation?.state === "answered";
  useEffect(() => {
    if (answered) part.current?.scrollIntoView({ block: "nearest" }); // it must not come in below the edge
  }, [answered]);
  if (!escalation || escalation.state === "withdrawn") return null;
  return (
    <section ref={part} class={`loop loop-is-${escalation.state}`} aria-label={t("loop_title")} data-testid="loop" data-state={escalation.state}>
      <p class="loop-line">
        <LoopTag escalation={escalation} />
        {isOpen(escalation) && !answered && <HeldBy escalation={escalation} />}
        {isOpen(escalation) && !answered && <WayTag escalation={escalation} />}
        <span class="loop-question" title={escalation.question}>{escalation.question}</span>
      </p>
      {answered && <Answer editor={editor} escalation={escalation} />}
    </section>
  );
}
