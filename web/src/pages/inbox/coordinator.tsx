import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { InboxItem, LoopAction } from "../../api/validation";
import { useShortcuts } from "../../lib/keys";
import { unitName } from "../../state/reference";
import { proposedUnit } from "../../state/units";
import { useWords } from "../../state/words";
import { t } from "../../texts";
import { whoName } from "../../ticket/escalation-words";
import { Button } from "../../ui/button";
import { Icon } from "../../ui/icon";
import { passOn } from "./after";
import { Said } from "./one";
import { SendForm } from "./send";
import { UnitField } from "./unit-field";

const focus = (id: string) => (): void => document.getElementById(id)?.focus();

/** Nobody has it, or a colleague: what can be done is to take it. */
function Take({ item }: { item: InboxItem }) {
  const { coordinator } = item.escalation;
  return (
    <div class="card take">
      <p>{coordinator === null ? t("one_take_hint") : t("one_with", { who: whoName(coordinator) })}</p>
      {item.wants.includes("accept") && (
        <Button look="primary" icon="check" keys="A" testid="do-accept" onClick={() => void passOn(item, "accept")}>{t("action_accept")}</Button>
      )}
    </div>
  );
}

/** The question to an office or division: the operator's own words stand there to begin with. */
function AskPic({ item }: { item: InboxItem }) {
  const { ticket, escalation } = item;
  const proposed = proposedUnit(ticket);
  const unit = useSignal(escalation.unit || proposed);
  const words = useWords(ticket.number, "pic-question", escalation.question);
  return (
    <SendForm
      item={item}
      action="ask_pic"
      id="pic-question"
      label={t("pic_question")}
      words={words}
      extra={{ unit: unit.value }}
      lacking={unit.value === "" ? t("unit_missing") : ""}
      primary={escalation.state === "coordinator"}
      shortcut="P"
    >
      <UnitField unit={unit.value} proposed={proposed} onPick={(code) => (unit.value = code)} />
    </SendForm>
  );
}

function AskAgain({ item }: { item: InboxItem }) {
  const words = useWords(item.ticket.number, "pic-question-again");
  return <SendForm item={item} action="ask_again" id="pic-question" label={t("pic_question_again")} words={words} rows={2} shortcut="P" />;
}

/** The answer to the operator. The PIC's stands there as soon as it has come, unless something is written already. */
function Answer({ item }: { item: InboxItem }) {
  const { number } = item.ticket;
  const { state, pic_answer: pic } = item.escalation;
  const words = useWords(number, "operator-answer");
  const back = state === "pic_answered";
  useEffect(() => {
    if (back && words.text.value.trim() === "") words.text.value = pic;
  }, [back, pic]);
  const lacksIt = back && !words.text.value.includes(pic);
  return (
    <SendForm
      item={item}
      action="answer_operator"
      id="operator-answer"
      label={t(back ? "operator_answer" : "operator_answer_alone")}
      hint={t("operator_answer_hint")}
      words={words}
      rows={back ? 5 : 3}
      primary={back}
      shortcut="O"
    >
      {lacksIt && (
        <Button look="quiet" icon="insert" testid="use-pic-answer" onClick={() => words.set(`${words.text.value.trimEnd()}\n${pic}`.trimStart())}>{t("use_pic_answer")}</Button>
      )}
    </SendForm>
  );
}

/** The PIC's side as far as it has come: waited for, or there. */
function FromPic({ item: { escalation } }: { item: InboxItem }) {
  const unit = unitName(escalation.unit);
  if (escalation.state === "pic") return <p class="pic-waits" role="status"><Icon name="clock" /> {t("pic_waits", { unit })}</p>;
  if (escalation.state !== "pic_answered") return null;
  return <Said who={t("one_pic_answers", { unit })} look="answers" testid="one-pic-answer">{escalation.pic_answer}</Said>;
}

/** What a coordinator does about a question: take it, ask whoever knows, ask again, and hand the answer to the operator. */
export function CoordinatorPart({ item }: { item: InboxItem }) {
  const can = (action: LoopAction): boolean => item.wants.includes(action);
  const perform = (action: LoopAction) => () => void passOn(item, action);
  useShortcuts({
    ...(can("accept") ? { A: perform("accept") } : {}),
    ...(can("release") ? { L: perform("release") } : {}),
    ...(can("ask_pic") || can("ask_again") ? { P: focus("pic-question") } : {}),
    ...(can("answer_operator") ? { O: focus("operator-answer") } : {}),
  });
  const answer = can("answer_operator") && <Answer item={item} />;
  const back = item.escalation.state === "pic_answered";
  return (
    <>
      {(can("accept") || !item.mine) && <Take item={item} />}
      <FromPic item={item} />
      {back && answer}
      {can("ask_again") && <AskAgain item={item} />}
      {can("ask_pic") && <AskPic item={item} />}
      {!back && answer}
      {can("release") && (
        <p class="release"><Button look="quiet" icon="back" keys="L" testid="do-release" onClick={perform("release")}>{t("action_release")}</Button></p>
      )}
    </>
  );
}
