import { useSignal } from "@preact/signals";
import type { Way } from "../api/validation";
import { polite } from "../state/alerts";
import { callRunning, can, controlCall } from "../state/call";
import { onDesk } from "../state/desk";
import type { TicketEditor } from "../state/editor";
import { useWords } from "../state/words";
import { t, type TextKey } from "../texts";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { WordsField } from "../ui/words-field";
import { lacking, PromiseFields, saidOf, usePromised } from "./escalation-promise";

const WAYS: readonly (readonly [Way, TextKey, TextKey])[] = [
  ["wait", "way_wait", "way_wait_text"],
  ["call_back", "way_call_back", "way_call_back_text"],
];

function Ways({ way, onLine, onPick }: { way: Way; onLine: boolean; onPick: (way: Way) => void }) {
  return (
    <fieldset class="ways">
      <legend class="label">{t("ask_way")}</legend>
      {WAYS.map(([code, name, text]) => {
        const off = code === "wait" && !onLine;
        return (
          <label key={code} class="way" data-picked={way === code} data-off={off}>
            <input type="radio" name="way" value={code} checked={way === code} disabled={off} data-testid={`way-${code}`} onChange={() => onPick(code)} />
            <span><strong>{t(name)}</strong> <small>{t(off ? "way_wait_no_call" : text)}</small></span>
          </label>
        );
      })}
    </fieldset>
  );
}

/** Whether the caller of this ticket is on the line now. */
const onTheLine = (editor: TicketEditor): boolean =>
  onDesk.value?.editor.number === editor.number && ["talking", "hold"].includes(callRunning.value?.state ?? "");

/** The question to the coordinator, and what the caller does meanwhile: wait, or be called back by a promised time. */
export function AskDialog({ editor, onClose }: { editor: TicketEditor; onClose: () => void }) {
  const ticket = editor.ticket.value;
  const onLine = onTheLine(editor);
  const picked = useSignal<Way | null>(null);
  const way: Way = picked.value ?? (onLine ? "wait" : "call_back");
  const words = useWords(ticket.number, "question");
  const promised = usePromised(ticket.callback?.number ?? ticket.caller.number);
  const problem = useSignal("");
  const busy = useSignal(false);

  const send = async (hold: boolean) => {
    const question = words.text.value.trim();
    problem.value = question === "" ? t("ask_lacks_question") : way === "call_back" ? lacking(promised) : "";
    if (problem.value !== "" || busy.value) return;
    busy.value = true;
    const refused = await editor.act("escalate", { question, way, ...(way === "call_back" ? saidOf(promised) : {}) });
    busy.value = false;
    if (refused !== null) return void (problem.value = refused);
    words.sent();
    polite.value = t("ask_sent");
    if (hold && can("hold")) void controlCall("hold");
    onClose();
  };
  const holds = way === "wait" && can("hold");

  return (
    <Dialog title={t("ask_title", { ticket: ticket.number })} onClose={onClose} testid="ask-dialog">
      <form
        class="ask"
        noValidate // the page's own words say what lacks, in its own language
        onSubmit={(event) => {
          event.preventDefault();
          void send(holds);
        }}
      >
        <WordsField id="ask-question" label={t("ask_question")} words={words} hint={t("ask_question_hint")} autofocus onSend={() => void send(holds)} />
        <Ways way={way} onLine={onLine} onPick={(choice) => (picked.value = choice)} />
        {way === "call_back" && <PromiseFields promised={promised} />}
        <div class="dialog-foot">
          <p class="foot-problem" role="alert" data-testid="ask-problem">{problem.value}</p>
          {holds && <Button busy={busy.value} testid="ask-send-talking" onClick={() => void send(false)}>{t("ask_send")}</Button>}
          <Button type="submit" look="primary" keys="Ctrl+Enter" busy={busy.value} testid="ask-send">{t(holds ? "ask_send_hold" : "ask_send")}</Button>
        </div>
      </form>
    </Dialog>
  );
}
