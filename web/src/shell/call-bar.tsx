import type { Call } from "../api/types";
import { route } from "../lib/router";
import { controlCall, onDesk, presence, toggleHold } from "../state/desk";
import { callerName } from "../state/people";
import { t } from "../texts";
import { Button } from "../ui/button";
import { Icon } from "../ui/icon";
import { Running } from "../ui/running";

function NoCall() {
  const ready = presence.value?.state === "ready";
  return (
    <div class="call-bar call-none" data-testid="call-bar" data-state="none">
      <Icon name="phone" />
      <div class="call-who">
        <strong>{t("no_call")}</strong>
        <span>{ready ? t("no_call_ready") : t("no_call_not_ready")}</span>
      </div>
    </div>
  );
}

const STATE_TEXT = { talking: "call_talking", hold: "call_hold", ended: "call_ended" } as const;

function stateText(call: Call): string {
  return call.state in STATE_TEXT ? t(STATE_TEXT[call.state as keyof typeof STATE_TEXT]) : t("call_ringing");
}

/** Buttons keep their place whatever the call does; those that make no sense now are off. */
function Controls({ call }: { call: Call }) {
  const connected = call.state === "talking" || call.state === "hold";
  const elsewhere = route.value.path !== "/desk";
  return (
    <div class="call-controls">
      {elsewhere && <a class="button" href="/desk" data-testid="go-to-desk">{t("go_to_desk")} <kbd>F2</kbd></a>}
      {(connected || !elsewhere) && (
        <Button icon="paused" keys="F4" pressed={call.state === "hold"} disabled={!connected} testid="call-hold" onClick={() => void toggleHold()}>
          {call.state === "hold" ? t("resume") : t("hold")}
        </Button>
      )}
      <Button
        look="danger"
        icon="hangup"
        disabled={call.state === "ended"}
        testid="call-hangup"
        onClick={() => void controlCall("hangup")}
      >
        {t("hang_up")}
      </Button>
    </div>
  );
}

export function CallBar() {
  const desk = onDesk.value;
  if (desk === null) return <NoCall />;
  const { call, editor } = desk;
  const ticket = editor.ticket.value;
  const since = call.state === "ended" ? null : (call.connected_at ?? call.queued_at ?? call.started_at);
  return (
    <div class={`call-bar call-${call.state}`} data-testid="call-bar" data-state={call.state}>
      <Icon name={call.state === "talking" ? "talking" : call.state === "hold" ? "paused" : call.state === "ended" ? "offline" : "ringing"} />
      <div class="call-who">
        <strong>
          {stateText(call)} {since !== null && <Running since={since} testid="call-timer" />}
        </strong>
        <span>{callerName(ticket)}</span>
      </div>
      <Controls call={call} />
    </div>
  );
}
