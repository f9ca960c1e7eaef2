import { effect, signal } from "@preact/signals";
import { Socket } from "../api/socket";
import type { Message } from "../api/types";
import type { Denied } from "../headset/machine";
import { echoMessage, endEcho, startEcho } from "../headset/echo";
import { allowHeadset, headset, headsetMessage, leaveHeadset, startHeadset } from "../headset/headset";
import { startActivity } from "./activity";
import { deskElsewhere, deskHere, deskIs, deskUnknown, leaveDesk, settleDesk, startActive } from "./active";
import { learnServerTime } from "./clock";
import { clearDesk, deskMessage, presence } from "./desk";
import { flushAll, restoreDrafts } from "./editors";
import { clearInbox, inboxMessage, TOLD_BY_INBOX } from "./inbox";
import { clearKnowledge, knowledgeMessage } from "./knowledge";
import { heardAt, liveMessage } from "./live";
import { notify } from "./notices";
import { noticeLink, noticeText } from "./told";
import { loadCategories, loadReference } from "./reference";
import { checkSession, takesCalls, user } from "./session";

/** How long pushed tickets are gathered before lists look again: each keystroke of a colleague is a push. */
const GATHER_MS = 2000;

/** Counts up when tickets have changed, so that lists know to look again. */
export const ticketPushes = signal(0);
let gathering = false;

function ticketPushed(): void {
  if (gathering) return;
  gathering = true;
  window.setTimeout(() => {
    gathering = false;
    ticketPushes.value += 1;
  }, GATHER_MS);
}

const socket = new Socket(received);
export const link = socket.link;

/** Speak four seconds, then hear them come back through the server: microphone, line and ears in one go. */
export const testHeadset = (): void => startEcho((said) => socket.send(said));

function received(message: Message): void {
  learnServerTime(message.at);
  heardAt.value = message.at;
  liveMessage(message);
  deskMessage(message);
  headsetMessage(message);
  echoMessage(message);
  inboxMessage(message);
  knowledgeMessage(message);
  if (message.type === "desk") deskIs(message.active);
  if (message.type === "ticket") ticketPushed();
  if (message.type === "matrix") void loadCategories();
  if (message.type === "notice") showNotice(message);
  if (message.type === "snapshot") caughtUp(message);
}

function caughtUp(snapshot: Message & { type: "snapshot" }): void {
  flushAll();
  void restoreDrafts(snapshot.user.username);
  if (takesCalls.peek()) void settleDesk(snapshot.user.username, snapshot.desk?.active === true);
}

/** A caller who left is shown on the desk itself, where the operator is looking. */
function showNotice(message: Message & { type: "notice" }): void {
  if ((message.code === "caller_left" && takesCalls.value) || TOLD_BY_INBOX.includes(message.code)) return;
  // A bad line is shown in the bar for as long as it lasts: its notice may go by itself.
  notify(message.code === "line_bad" ? "info" : message.level, noticeText(message), noticeLink(message));
}

/** Opens the line when someone logs in and closes it when they leave. */
export function startConnection(): void {
  let connected: string | null = null;
  effect(() => {
    const username = user.value?.username ?? null;
    if (username === connected) return;
    connected = username;
    if (username === null) disconnect();
    else connect();
  });
  effect(() => {
    if (link.value !== "down") return;
    deskUnknown();
    void checkSession();
  });
  addEventListener("online", flushAll);
  bindHeadset();
  startActivity((said) => socket.send(said));
}

/** Why this page may not have the headset now; `null` when it may, `undefined` while nobody knows. */
function headsetDenied(): Denied | null | undefined {
  const kind = presence.value?.phone_kind;
  if (kind === undefined) return undefined;
  if (kind !== "browser") return "other_phone";
  if (deskElsewhere.value) return "elsewhere";
  return link.value === "up" && deskHere.value ? null : "link";
}

function bindHeadset(): void {
  startActive((said) => socket.send(said));
  startHeadset((said) => socket.send(said));
  effect(() => {
    const denied = headsetDenied();
    if (denied !== undefined) allowHeadset(denied);
  });
  effect(() => {
    if (headset.value.state !== "up") endEcho();
  });
}


function connect(): void {
  void loadReference();
  socket.open();
}

function disconnect(): void {
  socket.close();
  clearDesk();
  clearInbox();
  clearKnowledge();
  presence.value = null;
  leaveHeadset();
  leaveDesk();
}
