import { type Signal, useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { keepWords, keptWords } from "../lib/words";
import { user } from "./session";

export interface Words {
  readonly text: Signal<string>;
  /** Taken up from an earlier page, so that the person learns why there is text already. */
  readonly kept: boolean;
  set: (text: string) => void;
  /** They were sent: nothing is kept any more. */
  sent: () => void;
}

/** A text that a person writes about a ticket, kept on this computer until it was sent. */
export function useWords(ticket: string, part: string, proposal = ""): Words {
  const owner = user.value?.username ?? "";
  const before = useMemo(() => keptWords(owner, ticket, part), [owner, ticket, part]);
  const text = useSignal(before ?? proposal);
  return {
    text,
    kept: before !== null && before !== proposal,
    set: (words) => {
      text.value = words;
      keepWords(owner, ticket, part, words === proposal ? "" : words);
    },
    sent: () => keepWords(owner, ticket, part, ""),
  };
}
