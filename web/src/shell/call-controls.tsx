import type { Call, CallAction } from "../api/types";
import { signal } from "@preact/signals";
import { can, perform, toggleHold, toggleMute } from "../state/call";
import { t } from "../texts";
import { Button } from "../ui/button";
import { Popover } from "../ui/popover";
import { Keypad } from "./keypad";

export const keypadOpen = signal(false);
export const transferOpen = signal(false);

const canAny = (...actions: CallAction[]): boolean => actions.some(can);

/** Always the same five in the same places; what the call does not allow now is off, and nothing else decides that. */
export function CallControls({ call }: { call: Call }) {
  const held = can("resume") || (call.state === "hold" && call.third === null);
  return (
    <div class="call-controls" data-ended={call.state === "ended"}>
      <Button class="wide" icon="paused" keys="F4" label={t(held ? "resume" : "hold")} pressed={held} disabled={!canAny("hold", "resume")} testid="call-hold" onClick={toggleHold}>
        {t(held ? "resume" : "hold")}
      </Button>
      <Button class="wide mute" icon={call.muted ? "mic_off" : "mic"} keys="F6" label={t(call.muted ? "unmute" : "mute")} pressed={call.muted} disabled={!canAny("mute", "unmute")} testid="call-mute" onClick={toggleMute}>
        {t(call.muted ? "unmute" : "mute")}
      </Button>
      <Popover
        open={keypadOpen}
        first="[data-digit='5']"
        button={{ icon: "keypad", keys: "F7", label: t("keypad"), disabled: !can("digits"), testid: "call-keypad", children: t("keypad") }}
      >
        <Keypad />
      </Popover>
      <Button icon="transfer" keys="F10" label={t("transfer")} disabled={!canAny("transfer", "consult")} testid="call-transfer" onClick={() => (transferOpen.value = true)}>
        {t("transfer")}
      </Button>
      <Button look="danger" icon="hangup" keys="Shift+F4" label={t(can("answer") ? "decline" : "hang_up")} disabled={!can("hangup")} testid="call-hangup" onClick={perform("hangup")}>
        {t(can("answer") ? "decline" : "hang_up")}
      </Button>
    </div>
  );
}
