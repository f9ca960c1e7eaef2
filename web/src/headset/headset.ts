import { computed, effect, signal } from "@preact/signals";
import type { Message, Said } from "../api/types";
import { reference } from "../state/reference";
import { notify } from "../state/notices";
import { t } from "../texts";
import type { Processing } from "./choice";
import { inUse, lookForDevices, watchDevices } from "./devices";
import { Line } from "./line";
import { type Denied, type Effect, type HeadsetEvent, OFF, step } from "./machine";
import { wakeMeters } from "./meter";
import { microphonePermission, NoMicrophone, openMicrophone, release } from "./microphone";
import { changeSettings, settings } from "./settings";
import { play, playOn, soundBlocked } from "./speaker";

const machine = signal(OFF);

/** How the headset stands: what the bar, the panel and the idle desk show. */
export const headset = computed(() => machine.value);

/** What goes out and what comes in, for the meters. */
export const microphone = signal<MediaStream | null>(null);
export const farEnd = signal<MediaStream | null>(null);

/** After so long the tab that took the desk over has a line of its own. */
const HAND_OVER_MS = 3000;

let send: (said: Said) => void = () => undefined;
let line: Line | null = null;
/** The line that is being renewed: it stands until the new one is up, or the server would take the headset for gone. */
let replaced: Line | null = null;
let offer = "";
let timer: number | undefined;
let leaving: number | undefined;
/** Counts the openings of a microphone, so that one that comes too late is put away. */
let opening = 0;
let changing = Promise.resolve();
let speaker: HTMLAudioElement | null = null;

function handle(event: HeadsetEvent): void {
  const [next, effects] = step(machine.value, event);
  machine.value = next;
  effects.forEach(run);
}

function run(wanted: Effect): void {
  switch (wanted.do) {
    case "ask":
      window.clearTimeout(leaving);
      return void ask();
    case "release":
      return putMicrophoneAway();
    case "ready":
      return send({ type: "headset", state: "ready" });
    case "answer":
      return void answer();
    case "hang_up":
      return hangUp();
    case "hand_over":
      leaving = window.setTimeout(leave, HAND_OVER_MS);
      return;
    case "say_off":
      return send({ type: "headset", state: "off", reason: wanted.reason });
    case "calm":
      return window.clearTimeout(timer);
    case "again":
      window.clearTimeout(timer);
      timer = window.setTimeout(() => handle({ type: "again" }), wanted.ms);
  }
}

/** Opens the chosen microphone, or the computer's own where the chosen one refuses. */
async function open(): Promise<MediaStream> {
  const chosen = inUse.microphone.value?.id ?? null;
  try {
    return await openMicrophone(settings.value, chosen);
  } catch (error) {
    if (chosen === null || !(error instanceof NoMicrophone) || error.reason === "denied") throw error;
    return openMicrophone(settings.value, null);
  }
}

async function ask(): Promise<void> {
  const turn = ++opening;
  try {
    await lookForDevices();
    const asked = settings.value;
    const stream = await open();
    if (turn !== opening) return release(stream);
    const changedMeanwhile = settings.value !== asked;
    hold(stream);
    changeSettings({ on: true });
    await lookForDevices(); // only now do they have names
    handle({ type: "microphone" });
    if (changedMeanwhile) changeMicrophone();
  } catch (error) {
    if (!(error instanceof NoMicrophone)) throw error;
    if (turn === opening) handle({ type: "no_microphone", reason: error.reason });
  }
}

function hold(stream: MediaStream): void {
  const old = microphone.value;
  microphone.value = stream;
  stream.getAudioTracks().forEach((track) => (track.onended = changeMicrophone));
  release(old);
}

function putMicrophoneAway(): void {
  opening += 1;
  release(microphone.value);
  microphone.value = null;
}

/** Another device or other processing, in the middle of a call if need be; of several changes only the last. */
function changeMicrophone(): void {
  if (microphone.value === null) return;
  const turn = ++opening;
  changing = changing.then(() => reopen(turn));
}

/** Without any microphone the headset is lost. */
async function reopen(turn: number): Promise<void> {
  if (turn !== opening) return;
  // Put away first: what is still open Chromium gives only as it is, or with no processing at all, not even the echo's.
  release(microphone.value);
  try {
    const stream = await open();
    if (turn !== opening) return release(stream);
    await line?.replace(stream);
    hold(stream);
  } catch (error) {
    if (!(error instanceof NoMicrophone)) throw error;
    if (turn !== opening) return;
    handle({ type: "no_microphone", reason: error.reason === "no_device" ? "device_lost" : error.reason });
    notify("warning", t("device_none"));
  }
}

async function answer(): Promise<void> {
  const stream = microphone.value;
  const number = machine.value.line;
  if (stream === null || number === null) return;
  if (machine.value.state === "up") replace();
  else hangUp();
  const made = new Line(reference.value?.ice_servers ?? [], stream, {
    heard: (far) => made === line && hear(far),
    lost: () => made === line && handle({ type: "lost" }),
  });
  line = made;
  try {
    const sdp = await made.answer(offer);
    if (made === line) send({ type: "headset_answer", line: number, sdp });
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    if (made === line) handle({ type: "lost" });
  }
}

function hear(stream: MediaStream): void {
  farEnd.value = stream;
  speaker ??= new Audio();
  speaker.srcObject = stream;
  void playOn(speaker, inUse.speaker.value?.id ?? null);
  void play(speaker);
}

function leave(): void {
  hangUp();
  putMicrophoneAway();
}

function replace(): void {
  replaced?.close();
  replaced = line;
}

function settle(): void {
  replaced?.close();
  replaced = null;
}

function hangUp(): void {
  settle();
  line?.close();
  line = null;
  farEnd.value = null;
  if (speaker !== null) speaker.srcObject = null;
}

export function headsetMessage(message: Message): void {
  if (message.type === "headset_offer") {
    offer = message.sdp;
    handle({ type: "offer", line: message.line });
  } else if (message.type === "headset") {
    handle({ type: "told", state: message.state, line: message.line, reason: message.reason ?? "connection" });
    if (message.state === "up") settle();
  }
}

let denied: Denied | null | undefined;

/** Whether this page may have the headset now; the connection knows. */
export function allowHeadset(now: Denied | null): void {
  if (now === denied) return;
  denied = now;
  handle({ type: "allowed", denied: now });
  if (now === null && !machine.value.wanted) void comeBack();
}

/** Goes on by itself where it was on before, or where the browser need not ask. */
async function comeBack(): Promise<void> {
  const permission = await microphonePermission();
  if (permission !== null) permission.onchange = () => void (machine.value.state === "down" && turnOn());
  if (settings.value.on || permission?.state === "granted") turnOn();
}

export const turnOn = (): void => handle({ type: "wanted", on: true });

export function turnOff(): void {
  changeSettings({ on: false });
  handle({ type: "wanted", on: false });
}

/** Nobody is signed in any more: the microphone light goes out. What was chosen on this workstation stays. */
export function leaveHeadset(): void {
  denied = undefined;
  handle({ type: "wanted", on: false });
}

export function switchProcessing(which: Processing): void {
  changeSettings({ [which]: !settings.value[which] });
  changeMicrophone();
}

/** Binds the headset to the line to the server and to what is plugged in. Once, when the page starts. */
export function startHeadset(say: (said: Said) => void): void {
  send = say;
  watchDevices(() => {
    if (machine.value.state === "down" && !machine.value.microphone) turnOn();
  });
  let used = inUse.microphone.peek()?.id;
  effect(() => {
    const now = inUse.microphone.value?.id;
    if (now === used) return;
    used = now;
    changeMicrophone();
  });
  effect(() => {
    const device = inUse.speaker.value?.id ?? null;
    if (speaker !== null) void playOn(speaker, device);
  });
  for (const gesture of ["pointerdown", "keydown"]) addEventListener(gesture, wake);
}

function wake(): void {
  wakeMeters();
  if (soundBlocked.value && speaker?.srcObject != null) void play(speaker);
}
