import { computed, effect } from "@preact/signals";
import { ring } from "../headset/ring";
import { keepAwake } from "../lib/awake";
import { deskHere } from "./active";
import { ringingHere } from "./call";
import { presence } from "./desk";

/** Calls may come or one is going on: the computer stays awake for it. */
const onShift = computed(() => {
  const state = presence.value?.state ?? "offline";
  return deskHere.value && state !== "offline" && state !== "paused";
});

/** What the workstation itself does with the operator's state: rings, and stays awake. */
export function startShift(): void {
  effect(() => ring(ringingHere.value));
  effect(() => keepAwake(onShift.value));
}
