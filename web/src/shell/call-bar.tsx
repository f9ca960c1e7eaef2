import type { Call } from "../api/types";
import { route } from "../lib/router";
import { deskElsewhere } from "../state/active";
import { callShown, can, consulted, perform } from "../state/call";
import { onDesk, presence } from "../state/desk";
import { operatorName } from "../state/live";
import { callerName, formatNumber } from "../state/people";
import { t } from "../texts";
import { Button } from "../ui/button";
import { Icon, type IconName } from "../ui/icon";
import { Running } from "../ui/running";
import { CallControls } from "./call-controls";
import { ThirdParty } from "./third-party";

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

/** What goes on, in a word and a shape. With a third party it depends on whom the operator hears. */
function words(call: Call): { icon: IconName; text: string } {
  if (call.state === "ended") return { icon: "offline", text: t(onDesk.value?.call.state === "ended" ? "call_ended" : "call_passed_on") };
  if (consulted.value) return { icon: can("answer") ? "ringing" : "talking", text: t("consulted_by", { operator: operatorName(call.operator) }) };
  if (call.third?.state === "conference") return { icon: "conference", text: t("call_conference") };
  if (call.third?.state === "talking") return { icon: "paused", text: t("call_with_third") };
  if (call.state === "hold") return { icon: "paused", text: t("call_hold") };
  if (call.state === "talking") return { icon: "talking", text: t("call_talking") };
  return call.direction === "out" ? { icon: "outgoing", text: t("call_dialling") } : { icon: "ringing", text: t("incoming_call") };
}

function Who({ call, name }: { call: Call; name: string }) {
  const { icon, text } = words(call);
  const began = consulted.value ? call.third?.since : (call.connected_at ?? call.queued_at);
  const since = call.state === "ended" ? null : (began ?? call.started_at);
  return (
    <>
      <Icon name={call.muted ? "mic_off" : icon} />
      <div class="call-who">
        <strong class="call-line">
          <span>{text}</span> {since !== null && <Running since={since} testid="call-timer" />}
        </strong>
        {call.muted ? <span class="call-muted" role="status">{t("muted_now")}</span> : <span>{name}</span>}
      </div>
    </>
  );
}

/** Between the caller and the buttons: the way to pick up, or whom the operator consults. */
function Middle({ call }: { call: Call }) {
  if (deskElsewhere.value) return <p class="call-elsewhere">{t("call_elsewhere")}</p>;
  if (can("answer")) return <Button class="answer" icon="talking" keys="F3" testid="call-answer" onClick={perform("answer")}>{t("answer")}</Button>;
  if (call.third !== null && !consulted.value) return <ThirdParty third={call.third} />;
  return call.state === "ringing" && call.direction === "in" ? <p>{t("call_ringing")}</p> : null;
}

/** The row's colour: what goes on for this operator, whatever the caller hears meanwhile. */
function look(call: Call): Call["state"] {
  if (can("answer")) return "ringing";
  if (consulted.value) return "talking";
  return call.third?.state === "talking" ? "hold" : call.state;
}

/** The running call, at the same place on every page: who, then the third party, then buttons that never move. */
export function CallBar() {
  const [call, desk] = [callShown.value, onDesk.value];
  if (call === null || desk === null) return <NoCall />;
  const ticket = desk.editor.ticket.value;
  const name = callerName(ticket);
  return (
    <div class={`call-bar call-${look(call)} ${call.muted ? "call-is-muted" : ""}`} data-testid="call-bar" data-state={call.state} data-muted={call.muted}>
      <Who call={call} name={call.direction === "out" && ticket.caller.name !== "" ? `${name} · ${formatNumber(call.number)}` : name} />
      <div class="call-middle">
        <Middle call={call} />
      </div>
      {route.value.path !== "/desk" && <a class="button go-to-desk" href="/desk" data-testid="go-to-desk" title={t("go_to_desk")} aria-keyshortcuts="F2">{t("nav_desk")} <kbd>F2</kbd></a>}
      <CallControls call={call} />
    </div>
  );
}

