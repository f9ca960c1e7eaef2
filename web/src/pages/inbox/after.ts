import type { InboxItem, LoopAction } from "../../api/validation";
import { neighbour, remaining } from "../../lib/inbox-order";
import { navigate } from "../../lib/router";
import { inbox, pass } from "../../state/inbox";
import { notify } from "../../state/notices";
import { t, type TextKey } from "../../texts";

/** What is said about an item that has left the inbox by this action. */
const DONE: Partial<Record<LoopAction, TextKey>> = {
  ask_pic: "loop_pic",
  ask_again: "loop_pic",
  answer_operator: "loop_answered",
  pic_answer: "pic_sent_title",
  told: "loop_told",
  release: "loop_asked",
};

/**
 * Passes an item on and says that it was done. An item that has left this person's inbox makes room for the next one in
 * the list; one that stays, stays open.
 */
export async function passOn(item: InboxItem, action: LoopAction, words: Readonly<Record<string, unknown>> = {}): Promise<boolean> {
  const { number } = item.ticket;
  const before = inbox.value ?? [];
  if (!(await pass(item, action, words))) return false;
  const done = DONE[action];
  if (done !== undefined) notify("success", t("inbox_passed", { ticket: number, what: t(done) }));
  const items = inbox.value ?? [];
  if (items.some((each) => each.ticket.number === number)) return true;
  const at = before.findIndex((each) => each.ticket.number === number);
  const next = remaining(before, number)[at]?.ticket.number ?? neighbour(items, "", 0);
  navigate(next === null || !items.some((each) => each.ticket.number === next) ? "/inbox" : `/inbox/${next}`, true);
  return true;
}
