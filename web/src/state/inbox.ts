import { computed, signal } from "@preact/signals";
import { ApiError, Unreachable } from "../api/client";
import { inbox as api, tickets } from "../api/resources";
import type { Message, Ticket } from "../api/types";
import type { InboxItem, InboxPush, LoopAction } from "../api/validation";
import { chime } from "../headset/chime";
import { remaining, sorted, withItem } from "../lib/inbox-order";
import { t } from "../texts";
import { notifyDesktop, polite } from "./alerts";
import { adoptTicket } from "./editors";
import { attempt, explain, notify } from "./notices";
import { answersValidation, hasInbox } from "./session";

/** What waits for this person, due first; `null` until the server has said. */
export const inbox = signal<readonly InboxItem[] | null>(null);
export const inboxProblem = signal("");

/** What lies with the PIC need not be looked at by the coordinator who asked, until it is late. */
const asksForSomething = (item: InboxItem): boolean => answersValidation.value || item.escalation.state !== "pic" || item.overdue;

/** How many of them ask for something from this person: the number in the navigation. */
export const inboxCount = computed(() => (inbox.value ?? []).filter(asksForSomething).length);
/** Came in while the page was open and were not looked at yet. */
export const fresh = signal<ReadonlySet<string>>(new Set());

export function looked(number: string): void {
  if (fresh.value.has(number)) fresh.value = new Set([...fresh.value].filter((each) => each !== number));
}

/** Answers of older questions that come late are dropped. */
let turn = 0;
/** The last question that was answered, or given up. */
let answered = 0;

export async function loadInbox(): Promise<void> {
  const mine = ++turn;
  try {
    const { items } = await api.list();
    if (mine !== turn) return;
    inbox.value = sorted(items);
    inboxProblem.value = "";
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof Unreachable)) throw error;
    if (mine === turn) inboxProblem.value = explain(error);
  } finally {
    answered = Math.max(answered, mine);
  }
}

/**
 * Takes pushes as they come; each says all that it changes. What was pushed before a (re)connection was not heard, so
 * then the whole list is asked for.
 */
export function inboxMessage(message: Message): void {
  if (message.type === "inbox") pushed(message);
  if (message.type === "ticket") changed(message.ticket);
  if (message.type === "snapshot" && hasInbox.peek()) void loadInbox();
}

function pushed(push: InboxPush): void {
  const unsure = inbox.value === null || answered < turn; // a list that is on its way may be from before this push
  const number = push.item?.ticket.number ?? push.ticket;
  const items = inbox.value ?? [];
  if (push.what !== "gone" && push.item) inbox.value = withItem(items, push.item);
  else if (number !== undefined) inbox.value = remaining(items, number);
  if (push.what === "new" && push.item) arrived(push.item);
  if (unsure) void loadInbox();
}

/** What is typed into a ticket shows in its line. */
function changed(ticket: Ticket): void {
  inbox.value = inbox.value?.map((item) => (item.ticket.number === ticket.number ? { ...item, ticket } : item)) ?? null;
}

function arrivalText({ ticket: { number: ticket }, escalation, overdue }: InboxItem): string {
  if (escalation.state === "answered") return t("inbox_answer_came", { ticket });
  return t(overdue ? "inbox_late_item" : "inbox_new_item", { ticket });
}

/** By ear, by screen reader, and by the desktop when the page is hidden; what presses stays on the screen, too. */
function arrived(item: InboxItem): void {
  const { number } = item.ticket;
  const [text, to] = [arrivalText(item), `/inbox/${number}`];
  fresh.value = new Set([...fresh.value, number]);
  polite.value = text;
  chime();
  notifyDesktop(t("inbox_title"), text, number, to);
  const level = item.overdue ? "warning" : "success";
  if (item.overdue || item.escalation.state === "answered") notify(level, text, { to, label: t("inbox_open") });
}

/** Notices of the server about what the inbox itself makes known. */
export const TOLD_BY_INBOX: readonly string[] = ["validation_answered", "validation_late"];

/** Whoever logs in next finds nothing of the one before. */
export function clearInbox(): void {
  turn += 1;
  inbox.value = null;
  fresh.value = new Set();
}

/** Passes a question or an answer on. `false` when it was refused; it has been said why, and what is written stays. */
export async function pass(item: InboxItem, action: LoopAction, words: Readonly<Record<string, unknown>> = {}): Promise<boolean> {
  const { number, version } = item.ticket;
  const ticket = await attempt(() => tickets.act(number, action, version, words));
  if (ticket !== undefined) adoptTicket(ticket);
  await loadInbox();
  return ticket !== undefined;
}
