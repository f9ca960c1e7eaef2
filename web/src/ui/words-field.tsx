import type { Words } from "../state/words";
import { t } from "../texts";
import { Labelled } from "./parts";

interface Props {
  id: string;
  label: string;
  words: Words;
  rows?: number;
  hint?: string;
  error?: string;
  autofocus?: boolean;
  /** A key that brings the focus here; whoever shows the field binds it. */
  shortcut?: string;
  /** Ctrl+Enter while writing. */
  onSend: () => void;
}

/** A text to write and send; says so when it holds what was not sent last time. */
export function WordsField({ id, label, words, rows = 4, hint, error, autofocus = false, shortcut, onSend }: Props) {
  const said = words.kept ? t("words_kept") : hint;
  return (
    <Labelled label={label} for={id} {...(shortcut === undefined ? {} : { keys: shortcut })} {...(said === undefined ? {} : { hint: said })} {...(error === undefined ? {} : { error })}>
      <textarea
        id={id}
        rows={rows}
        autofocus={autofocus}
        aria-keyshortcuts={shortcut}
        maxLength={8000}
        aria-describedby={`${id}-hint`}
        aria-invalid={error !== undefined || undefined}
        data-testid={id}
        value={words.text.value}
        onInput={(event) => words.set(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || !event.ctrlKey) return;
          event.preventDefault();
          event.stopPropagation(); // Ctrl+Enter means the ticket's next step elsewhere
          onSend();
        }}
      />
    </Labelled>
  );
}
