import { signal, useSignalEffect } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { ApiError, Unreachable } from "../api/client";
import { explain } from "./notices";

export interface Loaded<T> {
  readonly data: T | null;
  readonly problem: string;
  readonly loading: boolean;
}

const START = { data: null, problem: "", loading: true } as const;

/**
 * Loads what a page shows and loads it again whenever a signal read by `load` changes. The old picture stays until the
 * new one is there, and an answer that comes too late is dropped.
 */
export function useLoaded<T>(load: () => Promise<T>): { state: Loaded<T>; reload: () => void } {
  const box = useMemo(() => ({ state: signal<Loaded<T>>(START), again: signal(0), turn: 0, load }), []);
  box.load = load;
  useSignalEffect(() => {
    void box.again.value;
    const turn = ++box.turn;
    const settle = (state: Loaded<T>) => {
      if (turn === box.turn) box.state.value = state;
    };
    box.state.value = { ...box.state.peek(), loading: true };
    box.load().then(
      (data) => settle({ data, problem: "", loading: false }),
      (error: unknown) => {
        if (!(error instanceof ApiError || error instanceof Unreachable)) throw error;
        settle({ ...box.state.peek(), problem: explain(error), loading: false });
      },
    );
  });
  return { state: box.state.value, reload: () => (box.again.value += 1) };
}
