import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import type { InboxItem, LoopAction } from "../../api/validation";
import type { Words } from "../../state/words";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { WordsField } from "../../ui/words-field";
import { passOn } from "./after";

interface Props {
  item: InboxItem;
  action: LoopAction;
  id: string;
  label: string;
  hint?: string;
  words: Words;
  rows?: number;
  primary?: boolean;
  /** A key that brings the focus here, shown with the label. */
  shortcut?: string;
  children?: ComponentChildren;
  /** What goes along with the words. */
  extra?: Readonly<Record<string, unknown>>;
  /** Why it cannot be sent yet, in words; `""` when it can. */
  lacking?: string;
}

/** A text and the button that passes it on; what is written stays until the server has it. */
export function SendForm({ item, action, id, label, hint, words, rows = 3, primary = false, shortcut, children, extra = {}, lacking = "" }: Props) {
  const problem = useSignal("");
  const busy = useSignal(false);
  const send = async () => {
    const text = words.text.value.trim();
    problem.value = text === "" ? t("text_missing") : lacking;
    if (problem.value !== "" || busy.value) return;
    busy.value = true;
    const done = await passOn(item, action, { ...extra, text });
    busy.value = false;
    if (!done) return;
    words.sent();
    words.text.value = "";
  };
  return (
    <form
      class="card send-form"
      data-testid={`form-${action}`}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      {children}
      <WordsField id={id} label={label} words={words} rows={rows} {...(shortcut === undefined ? {} : { shortcut })} {...(hint === undefined ? {} : { hint })} {...(problem.value === "" ? {} : { error: problem.value })} onSend={() => void send()} />
      <div class="send-foot">
        <Button type="submit" look={primary ? "primary" : "plain"} keys="Ctrl+Enter" busy={busy.value} testid={`send-${action}`}>{t(`action_${action}`)}</Button>
      </div>
    </form>
  );
}
