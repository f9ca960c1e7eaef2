import { computed, signal } from "@preact/signals";
import { ApiError, Unreachable } from "../api/client";
import { calls, me, tickets } from "../api/resources";
import type { Call, CallAction, Message, PhoneKind, Pop, Presence, Target, Ticket } from "../api/types";
import { navigate, route } from "../lib/router";
import { isTyping } from "../lib/keys";
import { t } from "../texts";
import { deskHere } from "./active";
import { announcePop } from "./alerts";
import { type TicketEditor } from "./editor";
import { adoptTicket, editorFor } from "./editors";
import { attempt, notify } from "./notices";
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

/** The phone rings for it, or they talk: this operator is part of the call. */
const inCall = computed(() => ["ringing", "talking"].includes(presence.value?.state ?? ""));

/** The call on the desk as it stands for this operator: one that was passed on goes on without them, and is over here. */
export const callShown = computed<Call | null>(() => {
  const call = onDesk.value?.call ?? null;
  if (call === null || call.connected_at === null || inCall.value) return call;
  return { ...call, state: "ended", third: null, muted: false };
});

export const callRunning = computed(() => (callShown.value?.state === "ended" ? null : callShown.value));

/** This operator is the one whom a colleague consults about the colleague's call. */
export const consulted = computed(() => {
  const call = callRunning.value;
  return call !== null && call.operator !== user.value?.username && call.third?.id === user.value?.username;
});

/** A plain SIP phone is answered by lifting its handset; every other kind can be told to. */
const answersFromPage = computed(() => presence.value?.phone_kind !== "sip" || presence.value.auto_answer);

const ANSWER: readonly CallAction[] = ["answer", "hangup"];
const LEAVE: readonly CallAction[] = ["hangup"];

/** A call's `actions` are those of the operator who talks in it; before that one can pick up, decline or give up. */
function actionsOf(call: Call): readonly CallAction[] {
  const answer = answersFromPage.value ? ANSWER : LEAVE;
  if (consulted.value) return call.third?.state === "dialing" || call.third?.state === "ringing" ? answer : LEAVE;
  if (call.state !== "ringing") return call.actions;
  return call.direction === "in" || call.operator === null ? answer : LEAVE; // or: the turn of a place-holder
}

/** What may be done with the call right now, by this tab: nothing where the desk is elsewhere. */
export const callActions = computed<readonly CallAction[]>(() => {
  const call = callRunning.value;
  return call === null || !deskHere.value ? [] : actionsOf(call);
});

export const can = (action: CallAction): boolean => callActions.value.includes(action);

/** Phones that are silent until the page says "answer": a browser's line, a SIP phone that answers by itself. */
const silentPhone = computed(() => {
  const kind = presence.value?.phone_kind;
  return kind === "browser" || (kind === "sip" && presence.value?.auto_answer === true);
});

/** Nothing rings but this page, and somebody has to pick up. */
export const ringingHere = computed(() => silentPhone.value && can("answer"));

export function deskMessage(message: Message): void {
  switch (message.type) {
    case "snapshot":
      presence.value = message.presence;
      return restore(message.pop, message.live.calls);
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
const WITHDRAWN: readonly string[] = ["answered_elsewhere", "no_answer", "presence_changed", "consult_over"];

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

export async function setPresence(state: "ready" | "paused" | "offline", reason?: string, after?: "call"): Promise<void> {
  const answer = await attempt(() => me.presence(state, reason, after), phoneIsAway);
  if (answer === undefined) return;
  presence.value = answer;
  if (state === "ready" && callRunning.value === null) clearDesk();
}

/** Whether the phone's panel is open. It opens by itself when a phone that is not there stands in the way. */
export const phoneOpen = signal(false);

function phoneIsAway(code: string): void {
  if (code === "phone_away" || code === "no_phone") phoneOpen.value = true;
}

/** Takes the ticket off the desk. Unsaved typing is not lost: the editor goes on saving. */
export function clearDesk(): void {
  onDesk.value = null;
}

/** Which phone is this operator's. `false` when the server refused; it has been said why. */
export async function setPhone(phone: { kind: PhoneKind; uri?: string; auto_answer?: boolean }): Promise<boolean> {
  const answer = await attempt(() => me.phone(phone));
  if (answer === undefined) return false;
  presence.value = answer;
  if (user.value !== null) user.value = { ...user.value, phone: answer.phone, phone_kind: answer.phone_kind };
  return true;
}

/** Asked for and not answered yet: a key that is pressed twice is one wish. */
let underWay: CallAction | null = null;

export async function controlCall(action: CallAction, words: Readonly<Record<string, unknown>> = {}): Promise<boolean> {
  const call = callRunning.value;
  if (call === null || (action !== "digits" && underWay === action)) return false;
  underWay = action;
  const done = await attempt(async () => {
    await calls.control(call.id, action, words);
    return true;
  });
  underWay = null;
  return done === true;
}

/** Of two opposite actions, the one that may be done now. */
function either(one: CallAction, other: CallAction): () => void {
  return () => {
    const action = [one, other].find(can);
    if (action !== undefined) void controlCall(action);
  };
}

export const toggleHold = either("hold", "resume");
export const toggleMute = either("mute", "unmute");

/** For a key: does it if it may be done now. */
export const perform = (action: CallAction) => (): void => {
  if (can(action)) void controlCall(action);
};

export const handOver = (how: "transfer" | "consult", to: Target): Promise<boolean> =>
  controlCall(how, { to: { kind: to.kind, id: to.id } });

/** The call on the desk and its result, until the next one comes: during the call and while the ticket is finished. */
export async function setOutcome(code: string): Promise<void> {
  const current = onDesk.value;
  if (current === null) return;
  const done = await attempt(async () => {
    await calls.control(current.call.id, "outcome", { code });
    return true;
  });
  const now = onDesk.value;
  if (done === true && now?.call.id === current.call.id) onDesk.value = { ...now, call: { ...now.call, outcome: code } };
}

/** Rings the operator's own phone, then dials the caller of this ticket. The pop brings the ticket to the desk. */
export async function callBack(ticket: string): Promise<void> {
  const call = await attempt(() => tickets.call(ticket), phoneIsAway);
  if (call !== undefined) navigate("/desk");
}
