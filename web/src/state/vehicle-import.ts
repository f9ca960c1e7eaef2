import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { upload, type VehicleImport, vehicles } from "../api/vehicles";
import { useLoaded } from "./load";
import { attempt } from "./notices";

const POLL_MS = 700;

export const isRunning = (job: VehicleImport | null): boolean => job !== null && job.ended_at === null;

/** The source and the import's course; asked again and again while something runs. */
export function useVehicleImport() {
  const sending = useSignal<{ file: string; share: number } | null>(null);
  const { state, reload } = useLoaded(vehicles.source);
  const running = isRunning(state.data?.job ?? null);
  useEffect(() => {
    if (!running) return;
    const timer = window.setInterval(reload, POLL_MS);
    return () => window.clearInterval(timer);
  }, [running]);

  async function send(file: File): Promise<void> {
    sending.value = { file: file.name, share: 0 };
    await attempt(() => upload(file, (share) => (sending.value = { file: file.name, share })));
    sending.value = null;
    reload();
  }
  return { state, reload, send, sending: sending.value, running };
}
