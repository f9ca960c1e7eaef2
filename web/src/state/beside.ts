import { signal } from "@preact/signals";
import { ApiError, Unreachable } from "../api/client";
import { type Beside, contacts } from "../api/contacts";
import { tickets } from "../api/resources";
import { t } from "../texts";
import { onDesk } from "./desk";
import type { TicketEditor } from "./editor";
import { editorFor } from "./editors";
import { attempt, notify } from "./notices";
import { user } from "./session";

/** What is known beside the ticket on the desk; null while nobody knows yet. */
export const besideDesk = signal<(Beside & { number: string }) | null>(null);

/** Looks again, as after the plate was filled in. A service that is away costs the offer, not the call. */
export async function lookBeside(number: string): Promise<void> {
  try {
    const beside = await contacts.beside(number);
    if (onDesk.value?.editor.number === number) besideDesk.value = { ...beside, number };
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof Unreachable)) throw error;
  }
}

/** The call on the desk is about an earlier ticket: that one comes onto the desk, what was typed so far with it. */
export async function goOnWith(editor: TicketEditor, other: string): Promise<void> {
  const done = await attempt(async () => {
    await editor.flush();
    await contacts.goOn(editor.number, other);
    return tickets.one(other);
  });
  const [desk, account] = [onDesk.value, user.value];
  if (done === undefined || desk === null || account === null || desk.editor.number !== editor.number) return;
  onDesk.value = { ...desk, pop: { ...desk.pop, ticket: done }, editor: editorFor(account.username, done) };
  notify("success", t("offer_done", { number: other }), { to: `/tickets/${editor.number}`, label: editor.number });
}
