import { computed } from "@preact/signals";
import { calls } from "../api/resources";
import type { Call, CallAction, Target } from "../api/types";
import { deskHere } from "./active";
import { onDesk, presence } from "./desk";
import { attempt } from "./notices";
import { user } from "./session";

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
  const me = user.value?.username;
  if (done === true && me !== undefined && now?.call.id === current.call.id) {
    onDesk.value = { ...now, call: { ...now.call, outcomes: { ...now.call.outcomes, [me]: code } } };
  }
}
