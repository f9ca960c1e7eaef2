import { callRunning, controlCall, setPresence, toggleHold } from "../state/desk";
import { takesCalls } from "../state/session";
import { useShortcuts } from "../lib/keys";
import { t } from "../texts";
import { CallBar } from "./call-bar";
import { PresenceControl, pauseOpen } from "./presence-control";
import { QueueStrip } from "./queue-strip";

/** Presence, call and queue of an operator, at the same place on every page. */
export function OperatorBar() {
  return takesCalls.value ? <Bar /> : null;
}

function Bar() {
  useShortcuts({
    F8: () => void setPresence("ready"),
    F9: () => (pauseOpen.value = !pauseOpen.value),
    "Shift+F9": () => void setPresence("offline"),
    ...(callRunning.value === null
      ? {}
      : { F4: () => void toggleHold(), "Shift+F4": () => void controlCall("hangup") }),
  });
  return (
    <section class="operator-bar" aria-label={t("operator_bar")}>
      <PresenceControl />
      <CallBar />
      <QueueStrip />
    </section>
  );
}
