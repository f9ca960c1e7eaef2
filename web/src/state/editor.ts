import { computed, signal } from "@preact/signals";
import { ApiError, Unreachable } from "../api/client";
import { tickets } from "../api/resources";
import type { Action, Ticket } from "../api/types";
import { draftOf, keepDraft } from "../lib/drafts";
import { edit, type Field, fieldOf, FIELDS, keepMine, mergeServer, settle, type Values, without } from "../lib/merge";
import { local, t } from "../texts";
import { polite } from "./alerts";
import { blockOf, refusal, savedText } from "./refusals";

/** Pause in typing after which a field goes out. */
export const TYPING_MS = 500;
const RETRY_MS = [1000, 2000, 4000, 8000, 15_000];
/** How often a save may meet a newer version in a row before it waits like after a lost connection. */
const MOST_COLLISIONS = 5;

export type SaveState = "clean" | "pending" | "saving" | "saved" | "failed" | "invalid" | "conflict";
export interface Theirs {
  value: string;
  by: string | null;
}
type PerField<T> = Partial<Record<Field, T>>;

/**
 * One ticket as it is edited here. What is typed is kept on this computer at once, sent after a pause in typing, sent
 * again until the server has it, and never overwrites what someone else wrote without a person saying so.
 */
export class TicketEditor {
  readonly ticket;
  readonly unsaved;
  readonly problems = signal<PerField<string>>({});
  readonly conflicts = signal<PerField<Theirs>>({});
  readonly saved = signal<ReadonlySet<Field>>(new Set());
  readonly failed = signal(false);
  readonly inFlight = signal<Values>({});
  readonly dirty = computed(() => Object.keys(this.unsaved.value.edits).length > 0);
  private running: Promise<boolean> | null = null;
  private held: Ticket | null = null;
  private timer: number | undefined;
  private failures = 0;
  private retired = false;

  constructor(
    private readonly user: string,
    ticket: Ticket,
  ) {
    this.ticket = signal(ticket);
    this.unsaved = signal(draftOf(user, ticket.number));
    if (this.dirty.value) {
      this.merge(ticket);
      this.schedule(0);
    }
  }

  get number(): string {
    return this.ticket.value.number;
  }

  value(field: Field): string {
    return this.unsaved.value.edits[field] ?? fieldOf(this.ticket.value, field);
  }

  state(field: Field): SaveState {
    if (field in this.conflicts.value) return "conflict";
    if (field in this.problems.value) return "invalid";
    if (field in this.unsaved.value.edits) {
      if (this.failed.value) return "failed";
      return field in this.inFlight.value ? "saving" : "pending";
    }
    return this.saved.value.has(field) ? "saved" : "clean";
  }

  /** Takes what was typed. `afterMs` null keeps it here until `flush`: half a number plate is nobody's business. */
  set(field: Field, value: string, afterMs: number | null = TYPING_MS): void {
    this.keep(edit(this.unsaved.value, this.ticket.value, field, value));
    this.clear(field);
    if (afterMs !== null) this.schedule(afterMs);
  }

  /** Sends what can be sent; `true` once nothing is left unsaved. */
  flush(): Promise<boolean> {
    window.clearTimeout(this.timer);
    this.running ??= this.drain().finally(() => (this.running = null));
    return this.running;
  }

  /** A newer ticket from the server, by push or as an answer. */
  adopt(newer: Ticket): void {
    if (newer.number !== this.number || newer.version < this.ticket.value.version) return;
    if (Object.keys(this.inFlight.value).length > 0) this.held = newer;
    else this.merge(newer);
  }

  /** Takes over what another tab of this browser typed into the same ticket and could not save. */
  takeUp(): void {
    const kept = draftOf(this.user, this.number);
    const others = without(kept, Object.keys(this.unsaved.value.edits) as Field[]);
    const { edits, base } = this.unsaved.value;
    this.unsaved.value = { edits: { ...others.edits, ...edits }, base: { ...others.base, ...base } };
  }

  /** Its person has signed out: what is typed is neither sent nor kept any more. */
  retire(): void {
    this.retired = true;
    window.clearTimeout(this.timer);
  }

  keepMine(field: Field): void {
    const theirs = this.conflicts.value[field];
    if (theirs === undefined) return;
    this.keep(keepMine(this.unsaved.value, field, theirs.value));
    this.clear(field);
    this.schedule(0);
  }

  takeTheirs(field: Field): void {
    this.keep(without(this.unsaved.value, [field]));
    this.clear(field);
  }

  /** Moves the ticket in the procedure, everything typed saved first. Answers `null`, or why not, in words. */
  async act(action: Action, words: Readonly<Record<string, unknown>> = {}): Promise<string | null> {
    if (!(await this.flush())) return blockOf(Object.keys(this.unsaved.value.edits) as Field[]);
    try {
      this.adopt(await tickets.act(this.number, action, this.ticket.value.version, words));
      return null;
    } catch (error) {
      const current = error instanceof ApiError ? (error.problem["current"] as Ticket | undefined) : undefined;
      if (current !== undefined) this.adopt(current);
      return refusal(error);
    }
  }

  private keep(unsaved: typeof this.unsaved.value): void {
    if (!this.retired) keepDraft(this.user, this.number, unsaved, this.unsaved.value);
    this.unsaved.value = unsaved;
  }

  private clear(field: Field): void {
    this.problems.value = omit(this.problems.value, field);
    this.conflicts.value = omit(this.conflicts.value, field);
    if (this.saved.value.has(field)) this.saved.value = new Set([...this.saved.value].filter((f) => f !== field));
  }

  private schedule(ms: number): void {
    window.clearTimeout(this.timer);
    if (this.retired) return;
    this.timer = window.setTimeout(() => void this.flush(), ms);
  }

  private sendable(): Values {
    const stuck = [...Object.keys(this.problems.value), ...Object.keys(this.conflicts.value)] as Field[];
    return without(this.unsaved.value, stuck).edits;
  }

  private async drain(): Promise<boolean> {
    for (let collisions = 0; Object.keys(this.sendable()).length > 0; ) {
      const outcome = await this.sendOnce(this.sendable());
      if (outcome === "collided") collisions += 1;
      if (outcome === "failed" || collisions > MOST_COLLISIONS) {
        this.retryLater();
        return false;
      }
    }
    return !this.dirty.value;
  }

  private async sendOnce(sent: Values): Promise<"stored" | "collided" | "refused" | "failed"> {
    this.inFlight.value = sent;
    try {
      this.stored(sent, await tickets.save(this.number, this.ticket.value.version, sent));
      return "stored";
    } catch (error) {
      if (error instanceof ApiError && error.status === 409) return this.collided(error);
      if (error instanceof ApiError && error.status === 422) return this.refused(error, sent);
      if (error instanceof ApiError || error instanceof Unreachable) return "failed";
      throw error;
    } finally {
      this.inFlight.value = {};
      if (this.held !== null) this.merge(this.held);
      this.held = null;
    }
  }

  private stored(sent: Values, ticket: Ticket): void {
    this.inFlight.value = {};
    this.keep(settle(this.unsaved.value, sent, ticket));
    this.merge(ticket);
    this.failed.value = false;
    this.failures = 0;
    this.saved.value = new Set([...this.saved.value, ...(Object.keys(sent) as Field[])]);
    polite.value = savedText(Object.keys(sent));
  }

  private collided(error: ApiError): "collided" {
    this.failed.value = false;
    const current = error.problem["current"] as Ticket;
    const theirs = (error.problem["theirs"] ?? {}) as PerField<{ by: string | null }>;
    this.inFlight.value = {};
    this.merge(current, theirs);
    return "collided";
  }

  private refused(error: ApiError, sent: Values): "refused" {
    this.failed.value = false;
    const known = (error.problem.errors ?? []).filter((each) => each.field in sent);
    const all = known.length > 0 ? known : Object.keys(sent).map((field) => ({ field, message: refusal(error) }));
    const found = Object.fromEntries(all.map((each) => [each.field, local(each.message)]));
    this.problems.value = { ...this.problems.value, ...found };
    return "refused";
  }

  private merge(newer: Ticket, theirs: PerField<{ by: string | null }> = {}): void {
    if (newer.version < this.ticket.value.version) return;
    const merged = mergeServer(this.unsaved.value, newer);
    this.ticket.value = newer;
    this.keep(merged.unsaved);
    const conflicts = merged.conflicts.map((field) => {
      return [field, { value: fieldOf(newer, field), by: theirs[field]?.by ?? null }] as const;
    });
    this.conflicts.value = Object.fromEntries(conflicts);
    if (conflicts.some(([, other]) => other.by === null)) void this.findWho();
  }

  /** A pushed ticket does not say who changed it; its list of changes does. Without an answer it stays "someone". */
  private async findWho(): Promise<void> {
    try {
      const { changes } = await tickets.one(this.number);
      const who = (field: Field) => changes.findLast((change) => change.field === field)?.by ?? null;
      const named = Object.entries(this.conflicts.value).map(([field, other]) => {
        return [field, { ...other, by: other.by ?? who(field as Field) }] as const;
      });
      this.conflicts.value = Object.fromEntries(named);
    } catch (error) {
      if (!(error instanceof ApiError || error instanceof Unreachable)) throw error;
    }
  }

  private retryLater(): void {
    this.failed.value = true;
    polite.value = t("save_failed");
    this.schedule(RETRY_MS[Math.min(this.failures++, RETRY_MS.length - 1)] ?? 15_000);
  }
}

function omit<T>(values: PerField<T>, field: Field): PerField<T> {
  if (!(field in values)) return values;
  return Object.fromEntries(FIELDS.filter((f) => f !== field && f in values).map((f) => [f, values[f]]));
}
