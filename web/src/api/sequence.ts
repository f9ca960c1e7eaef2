/** Watches `seq` of one WebSocket connection: it rises by one per message, so a gap is a lost message. */
export class Sequence {
  private last: number | null = null;

  /** Takes the next message's number. `false` means that something between was lost and a snapshot is due. */
  accept(seq: number): boolean {
    const inOrder = this.last === null || seq === this.last + 1;
    this.last = seq;
    return inOrder;
  }

  /** A new connection counts from its own beginning. */
  restart(): void {
    this.last = null;
  }
}

/** Milliseconds before reconnection number `attempt` (from 0): doubles from 0.5 s to 10 s, with up to a third of jitter. */
export function reconnectDelay(attempt: number, random: number): number {
  const base = Math.min(10_000, 500 * 2 ** attempt);
  return Math.round(base * (1 - random / 3));
}
