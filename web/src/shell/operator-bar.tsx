import { useSignalEffect } from "@preact/signals";
import { PhoneButton } from "../headset/panel";
import { type Shortcuts, useShortcuts } from "../lib/keys";
import { deskHere } from "../state/active";
import { callRunning, can, perform, toggleHold, toggleMute } from "../state/call";
import { phoneOpen, setPresence } from "../state/phone";
import { takesCalls } from "../state/session";
import { t } from "../texts";
import { QualityWarning } from "../ui/quality";
import { CallBar } from "./call-bar";
import { keypadOpen, transferOpen } from "./call-controls";
import { PresenceControl, pauseOpen } from "./presence-control";
import { QueueStrip } from "./queue-strip";
import { CONSULT_KEYS } from "./third-party";
import { TransferDialog } from "./transfer";

/** Presence, phone, queue and call of an operator, at the same place on every page. */
export function OperatorBar() {
  return takesCalls.value ? <Bar /> : null;
}

/** Bound while there is a call on this tab's desk. What the call does not allow at the moment does nothing. */
function callKeys(): Shortcuts {
  if (!deskHere.value || callRunning.value === null) return {};
  return {
    F3: perform("answer"),
    F4: toggleHold,
    F6: toggleMute,
    F7: () => (keypadOpen.value = can("digits") && !keypadOpen.value),
    F10: () => (transferOpen.value = can("transfer") || can("consult")),
    "Shift+F4": perform("hangup"),
    [CONSULT_KEYS.swap]: perform("swap"),
    [CONSULT_KEYS.conference]: perform("conference"),
    [CONSULT_KEYS.complete]: perform("complete"),
    [CONSULT_KEYS.cancel]: perform("cancel"),
  };
}

/** What was opened for a call does not come up again with the next one. */
function closeWithCall(): void {
  if (!can("digits")) keypadOpen.value = false;
  if (!can("transfer") && !can("consult")) transferOpen.value = false;
}

function Bar() {
  useSignalEffect(closeWithCall);
  useShortcuts({
    F8: () => void setPresence("ready"),
    F9: () => (pauseOpen.value = !pauseOpen.value),
    "Shift+F9": () => void setPresence("offline"),
    "Alt+9": () => (phoneOpen.value = !phoneOpen.value),
    ...callKeys(),
  });
  return (
    <section class="operator-bar" aria-label={t("operator_bar")}>
      <div class="shift-row">
        <PresenceControl />
        <PhoneButton />
        <QualityWarning quality={callRunning.value?.quality ?? null} />
        <QueueStrip />
      </div>
      <CallBar />
      {transferOpen.value && <TransferDialog onClose={() => (transferOpen.value = false)} />}
    </section>
  );
}
