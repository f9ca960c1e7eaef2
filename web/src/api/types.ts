/** The JSON that `desk/` speaks (desk/shapes.py, /api/openapi.json). Times are RFC 3339 strings, spans are seconds. */

import type { ArticlePush } from "./knowledge";
import type { Escalation, InboxPush, LoopAction } from "./validation";

export type Language = "id" | "en";
export type Localized = string | Readonly<Record<Language, string>>;
export type Role = "admin" | "supervisor" | "coordinator" | "pic" | "operator";
export type Kind = "informasi" | "pengaduan";

export interface Account {
  username: string;
  name: string;
  role: Role;
  language: Language;
  phone: string;
  phone_kind: PhoneKind;
  auto_answer: boolean;
  email: string;
  email_notices: boolean;
  /** The office or division for which a PIC answers; `""` for none. */
  unit: string;
  active: boolean;
  /** Somebody else chose the password. */
  password_temporary: boolean;
  second_factor: boolean;
}

/** `browser`: the headset at this page; `softphone`: `sambut softphone` on the workstation; `sip`: any phone by its address. */
export type PhoneKind = "browser" | "softphone" | "sip";

/** `unknown`: a plain SIP phone, which says nothing between calls. */
export type PhoneState = "up" | "away" | "unknown";

export type PresenceState = "offline" | "ready" | "ringing" | "talking" | "wrap_up" | "paused";

export interface Presence {
  operator: string;
  name: string;
  state: PresenceState;
  since: string | null;
  reason: string | null;
  call_id: string | null;
  pending: string | null;
  phone: string;
  phone_kind: PhoneKind;
  phone_state: PhoneState;
  auto_answer: boolean;
  /** One more call, and then the pause. */
  last_call: boolean;
  until?: string | null;
}

export interface Server {
  version: string;
  engine: string;
  demo: boolean;
  warnings: string[];
}

export interface SessionInfo {
  user: Account;
  presence?: Presence | null;
  server: Server;
  /** Which password the person proves themselves with; `null` for who has none, and logs in by the provider. */
  password: "own" | "directory" | null;
  /** What is still asked for before anything else is answered. */
  pending?: "second_factor" | "new_password" | "enrol";
  choice?: { totp: boolean; passkey: boolean; recovery: boolean };
}

export interface Recording {
  id?: string;
  duration_s: number;
  url: string;
}

/** The part of a call that one operator had. */
export interface CallRecording extends Recording {
  operator: string | null;
  started_at: string;
}

/** What an operator may do with a call; the server says which of them now (`Call.actions`). */
export type CallAction =
  | "answer"
  | "hangup"
  | "hold"
  | "resume"
  | "mute"
  | "unmute"
  | "digits"
  | "transfer"
  | "consult"
  | "swap"
  | "complete"
  | "cancel"
  | "conference"
  | "outcome";

export type TargetKind = "operator" | "queue" | "coordinator" | "pic" | "number";

export interface Target {
  kind: TargetKind;
  id: string;
}

export type ThirdState = "dialing" | "ringing" | "talking" | "held" | "conference";

/** Whom the operator consults while the caller is there. */
export interface Third extends Target {
  label: Localized;
  state: ThirdState;
  since: string;
}

/** Of the call's worse leg. `mos` is the E-model's estimate (ITU-T G.107), 1 to 4.5. */
export interface Quality {
  mos: number;
  loss_percent: number;
  jitter_ms: number;
  bad: boolean;
}

export interface DirectoryEntry extends Target {
  label: Localized;
  /** An operator's presence; others have none. */
  state: string | null;
  available: boolean;
}

export interface Directory {
  items: DirectoryEntry[];
  /** Whether outside numbers may be dialled now, and in words what the rule is. */
  numbers: boolean;
  rule: Localized;
}

export type CallState = "ivr" | "waiting" | "ringing" | "talking" | "hold" | "message" | "ended";

export interface Call {
  id: string;
  state: CallState;
  direction: "in" | "out";
  number: string;
  called: string;
  /** Whose phone sent the caller on to us; "" for nobody's. */
  diverted_from: string;
  queue: string | null;
  kind: Kind | null;
  language: Language | null;
  operator: string | null;
  ticket: string | null;
  started_at: string;
  answered_at: string | null;
  queued_at: string | null;
  connected_at: string | null;
  ended_at: string | null;
  ended_by: string | null;
  end_reason: string | null;
  wait_s: number | null;
  talk_s: number | null;
  recording: Recording | null;
  /** All of its parts, one per operator who had the call. */
  recordings: CallRecording[];
  muted: boolean;
  actions: CallAction[];
  third: Third | null;
  /** That of who had it last. */
  outcome: string | null;
  /** What each operator said of their own part. */
  outcomes: Record<string, string>;
  quality: Quality | null;
}

export type Step = "greeting" | "identity" | "record" | "classify" | "answer" | "closed";
export type SopAction =
  | "take"
  | "greet"
  | "identify"
  | "record"
  | "classify"
  | "close"
  | "back"
  | "unreachable"
  | "reopen";
export type Action = SopAction | LoopAction;

export type Level = "green" | "amber" | "red";

export interface StepTime {
  step: Step;
  started_at: string;
  ended_at: string | null;
  standard_s: number | null;
  /** The operator's own time in this run, and what coordinator and PIC took beside or after it. */
  own_s: number;
  waiting_s: number;
  /** Of the step's own time in all its runs up to this one; `amber_at` and `red_at` say when it will change. */
  level: Level;
  amber_at: string | null;
  red_at: string | null;
  /** The clock that runs now: up to `until` (closing time) at the most. */
  counting: { what: "own" | "waiting"; since: string; until: string | null } | null;
  overdue: boolean;
  operator: string;
}

export interface Callback {
  reason: string;
  since: string;
  due_at: string | null;
  number: string;
  tries: number;
  last_result: string | null;
}

/** A ticket as lists and a caller's history show it. */
export interface TicketSummary {
  number: string;
  version: number;
  step: Step;
  kind: Kind | null;
  caller: { number: string; name: string };
  plate: string;
  region: string;
  description: string;
  category: string | null;
  answer: string;
  operator: string | null;
  /** A call, somebody at a desk, or a portal that files requests by the open standard. */
  origin: "call" | "desk" | "open311";
  created_at: string;
  closed_at: string | null;
  closed_as: string | null;
  callback: Callback | null;
}

export interface Ticket extends TicketSummary {
  language: Language;
  call_id: string | null;
  taken_at: string | null;
  message: Recording | null;
  steps: StepTime[];
  escalation: Escalation | null;
  missing: Partial<Record<Action, string[]>>;
  allowed: Action[];
}

export interface Change {
  at: string;
  by: string | null;
  field: string;
  before: string | null;
  after: string | null;
}

export interface TicketDetail extends Ticket {
  history: TicketSummary[];
  changes: Change[];
  calls: Call[];
}

export interface Page<T> {
  items: T[];
  next: string | null;
  total?: number;
}

export type Words = Readonly<Record<Language, string>>;

/** What a description has to tell, on a line `label: …`; `code` stands in a ticket's `missing`. */
export interface CategoryDetail {
  code: string;
  label: Words;
}

export interface Category {
  code: string;
  kind: Kind;
  subject: string;
  label: Words;
  unit: string;
  validation: boolean;
  priority: string;
  answer: Words | null;
  required: readonly CategoryDetail[];
  examples: readonly string[];
  /** New tickets may have it; old ones keep it all the same. */
  active: boolean;
  /** Number of its last edit, which the next one has to name. */
  revision: number;
  /** Not as the data file has it. */
  edited: boolean;
  in_file: boolean;
}

export interface Office {
  code: string;
  name: string;
  plate_area: string;
}

export interface PauseReason {
  code: string;
  label: Localized;
  limit_s: number | null;
}

export interface Outcome {
  code: string;
  label: Localized;
  /** Kinds of ticket that it fits; any when empty. */
  kinds: Kind[];
}

export interface IceServer {
  urls: string | string[];
  username?: string;
  credential?: string;
}

export interface CallbackTry {
  at: string;
  operator: string;
  result: string;
}

/** A caller whom somebody still has to reach. */
export interface CallbackDue {
  ticket: TicketSummary;
  number: string;
  reason: string;
  since: string;
  due_at: string | null;
  overdue: boolean;
  tries: CallbackTry[];
  /** 0 once the plan is used up: a person decides what becomes of it. */
  tries_left: number;
}

export interface Reference {
  /** The office's, an IANA name. */
  timezone: string;
  pauses: PauseReason[];
  outcomes: Outcome[];
  ice_servers: IceServer[];
  callback: { max_tries: number };
  sop: { standard_s: Partial<Record<Step, number>>; greeting_script: Localized };
  areas: Record<string, Localized>;
  queues: { name: string; label: Localized; wrap_up_s: number; target_s: number; target_percent: number }[];
}

export interface WaitingCaller {
  call_id: string;
  number: string;
  position: number;
  since: string;
  kind: Kind | null;
}

export interface QueueLive {
  name: string;
  label: Localized;
  waiting: number;
  longest_wait_s: number | null;
  target_s: number;
  target_percent: number;
  callers: WaitingCaller[];
}

export interface Today {
  offered: number;
  answered: number;
  abandoned: number;
  short_abandons: number;
  service_level: number | null;
  asa_s: number | null;
  abandon_rate: number | null;
  aht_s: number | null;
  flow_out: number;
  closed: number;
  formulas: Record<string, Localized>;
}

export interface Live {
  at: string;
  queues: QueueLive[];
  operators: Presence[];
  calls: Call[];
  today: Today;
  callbacks_open: number;
}

export interface Pop {
  call: Call;
  ticket: Ticket;
  history: TicketSummary[];
  open_tickets: TicketSummary[];
}

/** What the engine says about itself differs by engine, so these are shown as they come. */
/** `registered` is null for a trunk that is known by its addresses; `status` is the registrar's last SIP answer. */
export interface TrunkStatus {
  name: string;
  registered: boolean | null;
  status: number | null;
}

export interface StatusInfo {
  engine?: string;
  accepting?: boolean;
  trunks?: TrunkStatus[];
  nodes?: { name: string; started_at: string }[];
  last_backup?: string | null;
  warnings?: string[];
}

interface Envelope {
  at: string;
  seq: number;
}

export type LineState = "connecting" | "up" | "down";
export type EchoState = "speak" | "listen" | "done" | "failed";

export interface Notice {
  type: "notice";
  code: string;
  level: NoticeLevel;
  call_id?: string;
  ticket?: string;
  detail?: Localized;
  reason?: string;
  count?: number;
  to?: Localized | { label: Localized };
}

export type Message = Envelope &
  (
    | {
        type: "snapshot";
        user: Account;
        presence: Presence | null;
        /** Null for those who do not see the hotline live: a PIC. */
        live: Live | null;
        pop: Pop | null;
        desk?: { active: boolean };
        headset: { state: string };
      }
    | ({ type: "screen_pop" } & Pop)
    | { type: "call"; call: Call }
    | { type: "ticket"; ticket: Ticket }
    | { type: "queue"; queues: QueueLive[]; today: Today }
    | { type: "operator"; presence: Presence }
    | { type: "matrix"; cells: number }
    | { type: "desk"; active: boolean }
    | { type: "headset_offer"; line: number; sdp: string }
    | { type: "headset"; state: LineState; line: number | null; reason?: string | null }
    | { type: "headset_echo"; state: EchoState; level_db: number | null }
    | InboxPush
    | ArticlePush
    | Notice
  );

/** Why the page's headset cannot be had. */
export type HeadsetOff = "no_microphone" | "closed" | "device_lost" | "changed";

/** What a page says over its WebSocket. */
export type Said =
  | { type: "ping" }
  | { type: "active" }
  | { type: "desk"; claim: true }
  | { type: "headset"; state: "ready" }
  | { type: "headset"; state: "off"; reason: HeadsetOff }
  | { type: "headset_answer"; line: number; sdp: string }
  | { type: "headset_echo" };

export type NoticeLevel = "info" | "success" | "warning" | "error";
