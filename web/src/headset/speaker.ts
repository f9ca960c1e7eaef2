import { signal } from "@preact/signals";

/** The browser wants a click or a key before it lets anything be heard (its autoplay policy). */
export const soundBlocked = signal(false);

/** Plays on a device of choice, as far as the browser knows how (Safari does not). */
export async function playOn(element: HTMLAudioElement, deviceId: string | null): Promise<void> {
  if (typeof element.setSinkId !== "function" || element.sinkId === (deviceId ?? "")) return;
  try {
    await element.setSinkId(deviceId ?? "");
  } catch (error) {
    // Pulled out between the list and the switch: the list that follows knows better.
    if (!(error instanceof DOMException)) throw error;
  }
}

/** Starts it, or remembers that a click is needed first. A start that was called off again is no failure. */
export async function play(element: HTMLAudioElement): Promise<void> {
  try {
    await element.play();
    soundBlocked.value = false;
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    if (error.name === "NotAllowedError") soundBlocked.value = true;
  }
}

export const choosesOutput = (): boolean => typeof HTMLMediaElement !== "undefined" && "setSinkId" in HTMLMediaElement.prototype;
