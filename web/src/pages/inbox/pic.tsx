import type { InboxItem } from "../../api/validation";
import { useWords } from "../../state/words";
import { t } from "../../texts";
import { Said } from "./one";
import { SendForm } from "./send";

/** What is put to an office or division, and the box for its answer: one column, big enough for a thumb. */
export function PicPart({ item }: { item: InboxItem }) {
  const { ticket, escalation, wants } = item;
  // A further question is another text: what was begun for the one before must not stand under it.
  const rounds = escalation.handovers.filter(({ action }) => action === "pic_answer").length;
  const words = useWords(ticket.number, `pic-answer-${rounds}`);
  return (
    <>
      <Said who={t("one_coordinator_asks")} look="asks" testid="one-question">{escalation.pic_question}</Said>
      {wants.includes("pic_answer") && (
        <SendForm key={rounds} item={item} action="pic_answer" id="pic-answer" label={t("pic_answer")} hint={t("pic_answer_hint")} words={words} rows={6} primary />
      )}
    </>
  );
}
