import { useComputed } from "@preact/signals";
import { ApiError } from "../api/client";
import { isSourceDown, type Vehicle, vehicles } from "../api/vehicles";
import type { TicketEditor } from "./editor";
import { useLoaded } from "./load";

/** What is known of the vehicle on a ticket. `typing`: the plate on the screen is not the one that is stored yet. */
export type Sight =
  | { state: "empty" | "typing" | "loading" | "missing" | "down" | "off" }
  | { state: "failed"; problem: string }
  | { state: "found"; vehicle: Vehicle };

type Answer = { plate: string; vehicle: Vehicle | null };

/** `vehicle` null: the source does not answer. */
async function ask(plate: string): Promise<Answer> {
  try {
    return { plate, vehicle: plate === "" ? null : await vehicles.find(plate) };
  } catch (error) {
    // A plate that was stored before its area was known is refused here: the field says why, this panel is silent.
    const refused = error instanceof ApiError && error.problem.code === "invalid";
    if (isSourceDown(error)) return { plate, vehicle: null };
    if (refused) return { plate: "", vehicle: null };
    throw error;
  }
}

function sightOf(vehicle: Vehicle | null): Sight {
  if (vehicle === null) return { state: "down" };
  if (vehicle.source === "none") return { state: "off" };
  return vehicle.found ? { state: "found", vehicle } : { state: "missing" };
}

/** Looks up the stored plate, and again when another one is stored: half a plate is nobody's vehicle. */
export function useVehicle(editor: TicketEditor): { sight: Sight; retry: () => void } {
  const plate = useComputed(() => editor.ticket.value.plate);
  const { state, reload } = useLoaded(() => ask(plate.value));
  return { sight: sight(), retry: reload };

  function sight(): Sight {
    if (editor.value("plate") !== plate.value) return { state: "typing" };
    if (plate.value === "") return { state: "empty" };
    if (state.loading || state.data?.plate !== plate.value) {
      return state.problem === "" || state.loading ? { state: "loading" } : { state: "failed", problem: state.problem };
    }
    return sightOf(state.data.vehicle);
  }
}
