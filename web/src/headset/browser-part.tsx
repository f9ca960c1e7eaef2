import { testHeadset } from "../state/connection";
import { callRunning } from "../state/call";
import { presence } from "../state/desk";
import { t } from "../texts";
import { Button } from "../ui/button";
import { Icon, type IconName } from "../ui/icon";
import type { Device, Place, Processing } from "./choice";
import { inUse, microphones, outputs } from "./devices";
import { echo, echoRunning, loudness } from "./echo";
import { farEnd, headset, microphone, switchProcessing, turnOff, turnOn } from "./headset";
import { MeterBar } from "./meter-bar";
import { beep } from "./ring";
import { changeSettings, settings } from "./settings";
import { choosesOutput, soundBlocked } from "./speaker";
import { phoneWords } from "./words";

const PLACES = [
  ["microphone", "microphone", "headset-mic"],
  ["speaker", "speaker", "headset-speaker"],
  ["ring", "ring_device", "headset-ring"],
] as const;

/** The chosen device stays in the list while it is unplugged: it comes back by itself. */
function DeviceChoice({ place, label, testid }: { place: Place; label: string; testid: string }) {
  const there = (place === "microphone" ? microphones : outputs).value;
  const wanted = settings.value[place];
  const missing = wanted !== null && inUse[place].value === null ? wanted : null;
  const choose = (id: string) => {
    const device = [...there, ...(missing === null ? [] : [missing])].find((each) => each.id === id);
    changeSettings({ [place]: device ?? null } as Partial<Record<Place, Device | null>>);
  };
  return (
    <div class="device">
      <label for={testid}>{label}</label>
      <select id={testid} data-testid={testid} value={missing?.id ?? inUse[place].value?.id ?? ""} onChange={(event) => choose(event.currentTarget.value)}>
        <option value="">{t("device_default")}</option>
        {there.map((device) => <option key={device.id} value={device.id}>{device.label || device.id}</option>)}
        {missing !== null && <option value={missing.id}>{t("device_unplugged", { device: missing.label })}</option>}
      </select>
    </div>
  );
}

function Devices() {
  const outputsToo = choosesOutput();
  return (
    <div class="devices">
      {PLACES.filter(([place]) => place === "microphone" || outputsToo).map(([place, text, testid]) => (
        <DeviceChoice key={place} place={place} label={t(text)} testid={testid} />
      ))}
      {!outputsToo && <p class="quiet">{t("device_no_choice")}</p>}
    </div>
  );
}

function Levels() {
  return (
    <div class="levels">
      <span>{t("microphone")}</span>
      <MeterBar stream={microphone.value} label={t("level_microphone")} testid="headset-level" />
      <span>{t("speaker")}</span>
      <MeterBar stream={farEnd.value} label={t("level_heard")} testid="headset-heard" />
    </div>
  );
}

const PROCESSINGS = ["echo", "noise", "gain"] as const satisfies readonly Processing[];

function Switches() {
  return (
    <fieldset class="switches">
      <legend>{t("processing")}</legend>
      {PROCESSINGS.map((each) => (
        <label class="check" key={each}>
          <input type="checkbox" checked={settings.value[each]} data-testid={`headset-${each}`} onChange={() => switchProcessing(each)} />
          {t(`processing_${each}`)}
        </label>
      ))}
    </fieldset>
  );
}

/** What the test says, at the same place in all of its states. */
function echoWords(): { icon: IconName; text: string } {
  const now = echo.value;
  if (now === null) return { icon: "info", text: t("echo_hint") };
  if (now.state === "speak") return { icon: "mic", text: t("echo_speak") };
  if (now.state === "listen") return { icon: "volume", text: t("echo_listen") };
  if (now.state === "failed") return { icon: "warning", text: t("echo_failed") };
  const heard = loudness(now.levelDb);
  return { icon: heard === "good" ? "check" : "warning", text: t(`echo_${heard}`, { db: Math.round(now.levelDb ?? 0) }) };
}

function EchoTest() {
  const { icon, text } = echoWords();
  const running = echoRunning(echo.value);
  const free = headset.value.state === "up" && callRunning.value === null;
  return (
    <div class="echo-test" data-state={echo.value?.state ?? "none"} data-testid="headset-echo-state">
      <Button icon="mic" disabled={!free || running} testid="headset-test" onClick={testHeadset}>{t("echo_test")}</Button>
      <p role="status"><Icon name={icon} /> {text}</p>
    </div>
  );
}

function OnOff() {
  const { state, wanted } = headset.value;
  if (wanted && state !== "down") return <Button look="quiet" testid="headset-off" onClick={turnOff}>{t("headset_turn_off")}</Button>;
  return <Button look="primary" icon="mic" testid="headset-on" onClick={turnOn}>{t("headset_turn_on")}</Button>;
}

/** The browser headset: how it stands and what helps, devices, levels, test. */
export function BrowserPart() {
  const mine = presence.value;
  if (mine === null) return null;
  const { state, icon, word, help } = phoneWords(mine);
  return (
    <div class="headset-part">
      <div class={`headset-state headset-is-${state}`}>
        <Icon name={icon} /> <strong>{word}</strong>
        <OnOff />
        <p role="status">{soundBlocked.value ? t("sound_blocked") : help}</p>
      </div>
      <Devices />
      <Levels />
      <EchoTest />
      <Switches />
      <Button look="quiet" icon="bell" testid="headset-try-ring" onClick={beep}>{t("test_ring")}</Button>
    </div>
  );
}
