import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { inbox } from "../../api/resources";
import type { Addressees, InboxItem, LoopAction, Person } from "../../api/validation";
import { useShortcuts } from "../../lib/keys";
import { useLoaded } from "../../state/load";
import { unitName } from "../../state/reference";
import { useWords } from "../../state/words";
import { t } from "../../texts";
import { whoName } from "../../ticket/escalation-words";
import { Button } from "../../ui/button";
import { Icon } from "../../ui/icon";
import { Select } from "../../ui/parts";
import { passOn } from "./after";
import { Said } from "./one";
import { SendForm } from "./send";
import { PicField, UnitField } from "./unit-field";

/** Brings the focus to the first of these that is on the page; what is folded away opens for it. */
const focus = (...ids: string[]) => (): void => {
  const field = ids.map((id) => document.getElementById(id)).find((found) => found !== null);
  field?.closest("details")?.setAttribute("open", "");
  field?.focus();
};

/** Nobody has it, or a colleague: what can be done is to take it. */
function Take({ item }: { item: InboxItem }) {
  const { coordinator } = item.escalation;
  const free = item.wants.includes("accept");
  return (
    <div class="card take">
      <p>{coordinator !== null ? t("one_with", { who: whoName(coordinator) }) : t(free ? "one_take_hint" : "loop_asked")}</p>
      {free && (
        <Button look="primary" icon="check" keys="A" testid="do-accept" onClick={() => void passOn(item, "accept")}>{t("action_accept")}</Button>
      )}
    </div>
  );
}

/** The question to an office or division: the operator's own words stand there to begin with. */
function AskPic({ item, units }: { item: InboxItem; units: Addressees["items"] }) {
  const { ticket, escalation } = item;
  const picked = useSignal(escalation.unit);
  const pic = useSignal("");
  const unit = picked.value || (units.find(({ proposed }) => proposed)?.code ?? "");
  const words = useWords(ticket.number, "pic-question", escalation.question);
  const pick = (code: string) => {
    picked.value = code;
    pic.value = "";
  };
  return (
    <SendForm
      item={item}
      action="ask_pic"
      id="pic-question"
      label={t("pic_question")}
      words={words}
      extra={{ unit, ...(pic.value === "" ? {} : { pic: pic.value }) }}
      lacking={unit === "" ? t("unit_missing") : ""}
      primary={escalation.state === "coordinator"}
      {...(escalation.state === "coordinator" ? { shortcut: "P" } : {})}
    >
      <UnitField units={units} unit={unit} onPick={pick} />
      <PicField units={units} unit={unit} pic={pic.value} onPick={(username) => (pic.value = username)} />
    </SendForm>
  );
}

function AskAgain({ item }: { item: InboxItem }) {
  const words = useWords(item.ticket.number, "pic-question-again");
  return <SendForm item={item} action="ask_again" id="pic-question-again" label={t("pic_question_again")} words={words} rows={2} shortcut="P" />;
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

/** Somebody else has it from here on: whose shift is over, who is ill. */
function Reassign({ item, people }: { item: InboxItem; people: readonly Person[] }) {
  const others = people.filter(({ username }) => username !== item.escalation.to);
  const options = [["", t("reassign_pick")] as const, ...others.map(({ username, name }) => [username, name] as const)];
  if (others.length === 0) return null;
  return (
    <label class="reassign">
      <span>{t("reassign_to")}</span>
      <Select value="" testid="do-reassign" options={options} onChange={(to) => to !== "" && void passOn(item, "reassign", { to })} />
    </label>
  );
}

/** What a coordinator does about a question: take it, ask whoever knows, ask again, and hand the answer to the operator. */
export function CoordinatorPart({ item }: { item: InboxItem }) {
  const { state } = useLoaded(() => inbox.addressees(item.ticket.number));
  const can = (action: LoopAction): boolean => item.wants.includes(action);
  const perform = (action: LoopAction) => () => void passOn(item, action);
  useShortcuts({
    ...(can("accept") ? { A: perform("accept") } : {}),
    ...(can("release") ? { L: perform("release") } : {}),
    ...(can("ask_pic") || can("ask_again") ? { P: focus("pic-question-again", "pic-question") } : {}),
    ...(can("answer_operator") ? { O: focus("operator-answer") } : {}),
  });
  const answer = can("answer_operator") && <Answer item={item} />;
  // While the PIC is asked the form keeps its place: an answer that comes in must not take the focus from who is writing.
  const asked = ["pic", "pic_answered"].includes(item.escalation.state);
  const askPic = <AskPic item={item} units={state.data?.items ?? []} />;
  return (
    <>
      {(can("accept") || !item.mine) && <Take item={item} />}
      <FromPic item={item} />
      {asked && answer}
      {can("ask_again") && <AskAgain item={item} />}
      {can("ask_pic") && !asked && askPic}
      {!asked && answer}
      {can("ask_pic") && asked && (
        <details class="card other-unit" data-testid="other-unit">
          <summary>{t("ask_other_unit")}</summary>
          {askPic}
        </details>
      )}
      <div class="elsewhere">
        {can("reassign") && state.data !== null && <Reassign item={item} people={item.escalation.state === "answered" ? state.data.operators : state.data.coordinators} />}
        {can("release") && <Button look="quiet" icon="back" keys="L" testid="do-release" onClick={perform("release")}>{t("action_release")}</Button>}
      </div>
    </>
  );
}
