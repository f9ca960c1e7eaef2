import type { InboxItem } from "../../api/validation";
import { useShortcuts } from "../../lib/keys";
import { callRunning } from "../../state/call";
import { onDesk } from "../../state/desk";
import { t } from "../../texts";
import { CallButton } from "../../ticket/call-button";
import { Button } from "../../ui/button";
import { passOn } from "./after";
import { Said } from "./one";

/** The operator's end of the loop: the answer, the call that gives it to the caller, and the mark that they have it. */
export function TellPart({ item }: { item: InboxItem }) {
  const { ticket, escalation, wants } = item;
  const tell = () => void passOn(item, "told");
  const can = wants.includes("told");
  const onLine = callRunning.value !== null && onDesk.value?.editor.number === ticket.number;
  useShortcuts(can ? { "Alt+V": tell } : {});
  return (
    <>
      <Said who={t("loop_answer")} look="answers" testid="one-answer">{escalation.answer}</Said>
      <div class="card take">
        <p>{t(onLine ? "loop_tell" : "loop_call_first")}</p>
        {onLine ? <a class="button button-primary" href="/desk">{t("go_to_desk")}</a> : ticket.caller.number !== "" && <CallButton ticket={ticket} long testid="tell-call" />}
        {can && <Button icon="check" keys="Alt+V" testid="do-told" onClick={tell}>{t("action_told")}</Button>}
      </div>
    </>
  );
}
