import { signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Presence } from "../api/types";
import { clock, secondsSince, urgency } from "../lib/time";
import { useShortcuts } from "../lib/keys";
import { now } from "../state/clock";
import { presence } from "../state/desk";
import { notify } from "../state/notices";
import { setPresence } from "../state/phone";
import { pauseLabel, pauseLimit, reference } from "../state/reference";
import { local, t, tryText } from "../texts";
import { Button } from "../ui/button";
import { Icon } from "../ui/icon";
import { Popover } from "../ui/popover";
import { PresenceBadge } from "../ui/presence";
import { Running } from "../ui/running";

export const pauseOpen = signal(false);

function PauseReasons() {
  const pauses = reference.value?.pauses ?? [];
  const afterCall = useSignal(presence.value?.last_call ?? false);
  const choose = (code: string) => {
    pauseOpen.value = false;
    void setPresence("paused", code, afterCall.value ? "call" : undefined);
  };
  const switchLast = () => (afterCall.value = !afterCall.value);
  useShortcuts({
    ...Object.fromEntries(pauses.slice(0, 9).map((pause, at) => [String(at + 1), () => choose(pause.code)])),
    "0": switchLast,
  });
  return (
    <div data-testid="pause-reasons">
      <ul class="menu" aria-label={t("pause_reasons")}>
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
      <label class="last-call check">
        <kbd>0</kbd>
        <input type="checkbox" checked={afterCall.value} data-testid="last-call" onChange={switchLast} />
        {t("last_call")}
      </label>
    </div>
  );
}

/** A pause against its limit: amber near the end, red after it, the word as well as the colour, and one reminder. */
function PauseTimer({ of, limit }: { of: Presence; limit: number }) {
  const elapsed = of.since === null ? 0 : secondsSince(of.since, now.value);
  const how = urgency(elapsed, limit);
  useEffect(() => {
    if (how === "over") notify("warning", t("notice_pause_over"));
  }, [how === "over"]);
  return (
    <span class={`pause-timer pause-${how}`} data-testid="pause-timer" data-urgency={how}>
      <Running since={of.since} testid="presence-timer" /> / {clock(limit)}
      {how === "over" && <> <Icon name="warning" /> {t("pause_over_limit")}</>}
    </span>
  );
}

/** Beside the state: how long it lasts, when wrap-up ends by itself, what comes next. */
function Detail({ of }: { of: Presence }) {
  const left = of.until == null ? null : (Date.parse(of.until) - now.value) / 1000;
  const limit = of.state === "paused" ? pauseLimit(of.reason) : null;
  return (
    <span class="state-detail">
      {of.state === "wrap_up" && left !== null ? (
        <span class="digits" data-testid="wrap-up-left">{t("wrap_up_left", { time: clock(left) })}</span>
      ) : limit !== null ? (
        <PauseTimer of={of} limit={limit} />
      ) : (
        <Running since={of.since} testid="presence-timer" />
      )}
      <Next of={of} />
    </span>
  );
}

function Next({ of }: { of: Presence }) {
  if (of.last_call) return <span data-testid="last-call-on">{t("last_call_running")}</span>;
  if (of.pending === null) return null;
  return <span>{t("pending_after_call", { state: tryText(`state_${of.pending}`, pauseLabel(of.pending)) })}</span>;
}

export function PresenceControl() {
  const mine = presence.value;
  if (mine === null) return <div class="presence-control" />;
  const wanted = mine.last_call ? "paused" : (mine.pending ?? mine.state);
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
      </div>
    </div>
  );
}
