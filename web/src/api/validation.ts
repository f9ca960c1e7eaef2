import type { Localized, TicketSummary } from "./types";

/** SOP step 5b: a question that an operator cannot answer alone, on its way to whoever can and back (hotline/escalation.py). */
export type LoopAction =
  | "escalate"
  | "accept"
  | "release"
  | "ask_pic"
  | "pic_answer"
  | "ask_again"
  | "answer_operator"
  | "told"
  | "withdraw"
  | "reassign";

/** `asked` waits for a coordinator, `pic_answered` is back with the coordinator, `answered` back with the operator. */
export type LoopState = "asked" | "coordinator" | "pic" | "pic_answered" | "answered" | "told" | "withdrawn";

/** What the caller does meanwhile. */
export type Way = "wait" | "call_back";

/** A question or an answer passing from one pair of hands to the next. `to` is a username, a unit or a queue. */
export interface HandOver {
  at: string;
  by: string;
  action: string;
  to: string | null;
  text: string;
}

export interface Escalation {
  state: LoopState;
  way: Way;
  question: string;
  asked_at: string;
  asked_by: string;
  /** Who has it now: a username, an office or division, or the queue of those who may take it. */
  to: string;
  coordinator: string | null;
  unit: string;
  pic: string | null;
  pic_question: string;
  pic_answer: string;
  answer: string;
  answered_at: string | null;
  promised_at: string | null;
  told_at: string | null;
  handovers: HandOver[];
}

/** One question that waits for whoever asks; times by the clock of its present stage. */
export interface InboxItem {
  ticket: TicketSummary;
  escalation: Escalation;
  since: string;
  standard_s: number | null;
  due_at: string | null;
  overdue: boolean;
  mine: boolean;
  /** What this person may do about it now. */
  wants: LoopAction[];
}

export interface Inbox {
  items: InboxItem[];
  total: number;
}

export interface InboxPush {
  type: "inbox";
  item?: InboxItem | null;
  what: "new" | "changed" | "gone";
  ticket?: string;
}

/** Times that a caller may be promised; `works`: whether the time that was asked about is one of working hours, too. */
export interface Promises {
  items: string[];
  works: boolean | null;
}

export interface Person {
  username: string;
  name: string;
}

/** An office or a technical division that can be asked, with the people there who answer. */
export interface Unit {
  code: string;
  name: string;
  label: Localized;
  kind: "office" | "division";
  pics: Person[];
}

/** Whom the question of one ticket can be put or given to; the likeliest unit first. */
export interface Addressees {
  items: (Unit & { proposed: boolean })[];
  coordinators: Person[];
  operators: Person[];
}
