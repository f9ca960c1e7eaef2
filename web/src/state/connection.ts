import { effect, signal } from "@preact/signals";
import { Socket } from "../api/socket";
import type { Message } from "../api/types";
import { claimDesk, deskElsewhere, leaveDesk } from "../lib/tabs";
import { local, tryText } from "../texts";
import { learnServerTime } from "./clock";
import { clearDesk, deskMessage, presence } from "./desk";
import { flushAll, restoreDrafts } from "./editors";
import { heardAt, liveMessage } from "./live";
import { notify } from "./notices";
import { loadReference } from "./reference";
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

function received(message: Message): void {
  learnServerTime(message.at);
  heardAt.value = message.at;
  liveMessage(message);
  deskMessage(message);
  if (message.type === "ticket") ticketPushed();
  if (message.type === "notice") showNotice(message);
  if (message.type === "snapshot") caughtUp(message.user.username);
}

function caughtUp(username: string): void {
  flushAll();
  void restoreDrafts(username);
}

/** A caller who left is shown on the desk itself, where the operator is looking. */
function showNotice(message: Message & { type: "notice" }): void {
  if (message.code === "caller_left" && takesCalls.value) return;
  const text = tryText(`notice_${message.code}`, local(message.detail) || message.code);
  notify(message.level, text.replace("{ticket}", message.ticket ?? ""));
}

/** Opens the line when someone logs in and closes it when they leave. */
export function startConnection(): void {
  let connected: string | null = null;
  effect(() => {
    const username = user.value?.username ?? null;
    if (username === connected) return;
    connected = username;
    if (username === null) disconnect();
    else connect(username);
  });
  effect(() => {
    if (link.value === "down") void checkSession();
  });
  addEventListener("online", flushAll);
}

function connect(username: string): void {
  void loadReference();
  socket.open();
  if (takesCalls.peek()) claimDesk(username);
}

function disconnect(): void {
  socket.close();
  clearDesk();
  presence.value = null;
  if (deskElsewhere.peek()) deskElsewhere.value = false;
  leaveDesk();
}
