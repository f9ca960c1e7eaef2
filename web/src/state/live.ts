import { computed, signal } from "@preact/signals";
import type { Call, Live, Message, Presence, QueueLive, Today } from "../api/types";

/** The hotline right now, as far as the pushes have told. */
export const queues = signal<readonly QueueLive[]>([]);
export const today = signal<Today | null>(null);
export const operators = signal<readonly Presence[]>([]);
export const calls = signal<readonly Call[]>([]);
/** The server's time of the last thing heard, whatever it was. */
export const heardAt = signal<string | null>(null);

export function showLive(live: Live): void {
  queues.value = live.queues;
  today.value = live.today;
  operators.value = live.operators;
  calls.value = live.calls;
  heardAt.value = live.at;
}

const replace = <T>(list: readonly T[], item: T, same: (other: T) => boolean): T[] =>
  list.some(same) ? list.map((other) => (same(other) ? item : other)) : [...list, item];

export function liveMessage(message: Message): void {
  switch (message.type) {
    case "snapshot":
      return message.live === null ? undefined : showLive(message.live);
    case "queue":
      queues.value = message.queues;
      today.value = message.today;
      return;
    case "operator":
      operators.value = replace(operators.value, message.presence, (o) => o.operator === message.presence.operator);
      return;
    case "call":
      calls.value =
        message.call.state === "ended"
          ? calls.value.filter((call) => call.id !== message.call.id)
          : replace(calls.value, message.call, (call) => call.id === message.call.id);
      return;
    default:
      return;
  }
}

export const waitingCount = computed(() => queues.value.reduce((sum, queue) => sum + queue.waiting, 0));

/** When the caller who has waited longest began to wait, over all queues. */
export const longestSince = computed(() => {
  const since = queues.value.flatMap((queue) => queue.callers.map((caller) => caller.since));
  return since.length === 0 ? null : since.reduce((a, b) => (Date.parse(a) <= Date.parse(b) ? a : b));
});

/** An operator by name, as far as the pushes have told. */
export const operatorName = (username: string | null): string =>
  operators.value.find((each) => each.operator === username)?.name || (username ?? "");

export const signedIn = computed(() => operators.value.filter((operator) => operator.state !== "offline"));
export const readyCount = computed(() => operators.value.filter((operator) => operator.state === "ready").length);
