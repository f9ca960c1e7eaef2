import { signal, useSignal } from "@preact/signals";
import type { Presence } from "../api/types";
import { clock } from "../lib/time";
import { useShortcuts } from "../lib/keys";
import { now } from "../state/clock";
import { presence, setPresence } from "../state/desk";
import { reference } from "../state/reference";
import { local, t, tryText } from "../texts";
import { Button } from "../ui/button";
import { Popover } from "../ui/popover";
import { PresenceBadge } from "../ui/presence";
import { Running } from "../ui/running";
import { PhoneForm } from "./phone-form";

export const pauseOpen = signal(false);

function PauseReasons() {
  const pauses = reference.value?.pauses ?? [];
  const choose = (code: string) => {
    pauseOpen.value = false;
    void setPresence("paused", code);
  };
  useShortcuts(Object.fromEntries(pauses.slice(0, 9).map((pause, at) => [String(at + 1), () => choose(pause.code)])));
  return (
    <ul class="menu" aria-label={t("pause_reasons")} data-testid="pause-reasons">
      {pauses.map((pause, at) => (
        <li key={pause.code}>
          <button type="button" data-testid={`pause-${pause.code}`} onClick={() => choose(pause.code)}>
            <kbd>{at + 1}</kbd>
            <span>{local(pause.label)}</span>
            {pause.limit_s !== null && (
              <small>{t("pause_limit", { minutes: Math.round(pause.limit_s / 60) })}</small>
            )}
          </button>
        </li>
      ))}
    </ul>
  );
}

/** The line under the state: how long it lasts, what comes after it, when wrap-up ends by itself. */
function Detail({ of }: { of: Presence }) {
  const left = of.until == null ? null : (Date.parse(of.until) - now.value) / 1000;
  return (
    <span class="state-detail">
      {of.state === "wrap_up" && left !== null ? (
        <span class="digits" data-testid="wrap-up-left">{t("wrap_up_left", { time: clock(left) })}</span>
      ) : (
        <Running since={of.since} testid="presence-timer" />
      )}
      {of.pending !== null && <span>{t("pending_after_call", { state: tryText(`state_${of.pending}`) })}</span>}
    </span>
  );
}

export function PresenceControl() {
  const phoneOpen = useSignal(false);
  const mine = presence.value;
  if (mine === null) return <div class="presence-control" />;
  const wanted = mine.pending ?? mine.state;
  return (
    <div class="presence-control" role="group" aria-label={t("my_presence")}>
      <div class="presence-now">
        <PresenceBadge presence={mine} testid="presence-state" />
        <Detail of={mine} />
      </div>
      <div class="presence-buttons">
        <Button
          class="presence-ready"
          icon="ready"
          look={mine.state === "wrap_up" || mine.state === "paused" || mine.state === "offline" ? "primary" : "plain"}
          keys="F8"
          pressed={wanted === "ready"}
          testid="presence-ready"
          onClick={() => void setPresence("ready")}
        >
          {mine.state === "wrap_up" ? t("ready_again") : t("go_ready")}
        </Button>
        <Popover
          open={pauseOpen}
          button={{ icon: "paused", keys: "F9", pressed: wanted === "paused", testid: "presence-pause", children: t("go_paused") }}
        >
          <PauseReasons />
        </Popover>
        <Button icon="offline" pressed={wanted === "offline"} testid="presence-offline" onClick={() => void setPresence("offline")}>
          {t("go_offline")}
        </Button>
        <Popover
          open={phoneOpen}
          button={{ look: "quiet", icon: mine.phone === "" ? "warning" : "phone", label: mine.phone === "" ? t("phone_none") : `${t("phone")}: ${mine.phone}`, testid: "phone-button" }}
        >
          <PhoneForm onDone={() => (phoneOpen.value = false)} />
        </Popover>
      </div>
    </div>
  );
}
