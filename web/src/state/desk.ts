import { signal } from "@preact/signals";
import { ApiError, Unreachable } from "../api/client";
import { calls, tickets } from "../api/resources";
import type { Call, Message, Pop, Presence, Ticket } from "../api/types";
import { navigate, route } from "../lib/router";
import { isTyping } from "../lib/keys";
import { t } from "../texts";
import { announcePop } from "./alerts";
import { type TicketEditor } from "./editor";
import { adoptTicket, editorFor } from "./editors";
import { notify } from "./notices";
import { pauseLabel } from "./reference";
import { user } from "./session";

export const presence = signal<Presence | null>(null);

/** What is on the desk: the pop, its call as it goes on, and the ticket's editor. */
export interface OnDesk {
  pop: Pop;
  call: Call;
  editor: TicketEditor;
  /** The caller hung up before the operator was connected. */
  callerLeft: boolean;
}

export const onDesk = signal<OnDesk | null>(null);

export function deskMessage(message: Message): void {
  switch (message.type) {
    case "snapshot":
      presence.value = message.presence;
      return restore(message.pop, message.live?.calls ?? []);
    case "screen_pop":
      show(message);
      return arrived(message);
    case "call":
      return callChanged(message.call);
    case "ticket":
      return adoptTicket(message.ticket);
    case "operator":
      return presenceChanged(message.presence);
    case "notice":
      return offerOver(message.code, message.call_id);
    default:
      return;
  }
}

function show(pop: Pop): void {
  const account = user.value;
  if (account === null) return;
  const editor = editorFor(account.username, pop.ticket);
  onDesk.value = { pop, call: pop.call, editor, callerLeft: false };
}

/** After a reload or a lost connection. What the operator was writing stays, even when the call is over by now. */
function restore(pop: Pop | null, running: readonly Call[]): void {
  if (pop !== null) return void restorePop(pop, running);
  const current = onDesk.value;
  if (current !== null) onDesk.value = { ...current, call: { ...current.call, state: "ended" } };
}

/** The pop is as old as the offer; its call and its ticket are shown as they stand now. */
async function restorePop(pop: Pop, running: readonly Call[]): Promise<void> {
  const before = onDesk.value?.call.id;
  const [call, ticket] = await Promise.all([currentCall(pop, running), currentTicket(pop)]);
  if (onDesk.value?.call.id === before) show({ ...pop, call, ticket }); // else: the next call has come meanwhile
}

/** A call that is not among the running ones is over, and the register knows how it went. */
async function currentCall(pop: Pop, running: readonly Call[]): Promise<Call> {
  const known = running.find((call) => call.id === pop.call.id);
  if (known !== undefined) return known;
  try {
    return await calls.one(pop.call.id);
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof Unreachable)) throw error;
    return { ...pop.call, state: "ended" };
  }
}

async function currentTicket(pop: Pop): Promise<Ticket> {
  try {
    return await tickets.one(pop.ticket.number);
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof Unreachable)) throw error;
    return pop.ticket;
  }
}

/** Brings the desk to the front, unless someone is typing elsewhere: then the call bar calls out instead. */
function arrived(pop: Pop): void {
  announcePop(pop);
  if (route.value.path !== "/desk" && !isTyping(document.activeElement)) navigate("/desk");
}

function callChanged(call: Call): void {
  const current = onDesk.value;
  if (current?.call.id === call.id) onDesk.value = { ...current, call };
}

/** Codes of an offer that goes to someone else: the ticket leaves this desk with it. */
const WITHDRAWN: readonly string[] = ["answered_elsewhere", "no_answer", "presence_changed", "phone_forwarded", "consult_over"];

function offerOver(code: string, callId: string | undefined): void {
  const current = onDesk.value;
  if (current === null || current.call.id !== callId) return;
  if (WITHDRAWN.includes(code)) return clearDesk();
  if (code === "caller_left") {
    onDesk.value = { ...current, callerLeft: true, call: { ...current.call, state: "ended" } };
  }
}

/** Reasons that the queue gives when it pauses an operator whose phone does not answer (`hotline.presence`). */
const BY_QUEUE: readonly string[] = ["non_response", "phone_unreachable"];

function presenceChanged(changed: Presence): void {
  if (changed.operator !== user.value?.username) return;
  const { state, reason } = changed;
  const news = state === "paused" && reason !== presence.value?.reason;
  if (news && reason !== null && BY_QUEUE.includes(reason)) {
    notify("warning", t("notice_paused_by_queue", { reason: pauseLabel(reason) }));
  }
  presence.value = changed;
}

/** Takes the ticket off the desk. Unsaved typing is not lost: the editor goes on saving. */
export function clearDesk(): void {
  onDesk.value = null;
}
