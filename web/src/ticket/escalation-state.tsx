import type { Escalation } from "../api/validation";
import { shortMoment } from "../lib/time";
import { now } from "../state/clock";
import { language, t } from "../texts";
import { Icon } from "../ui/icon";
import { Running } from "../ui/running";
import { LOOP_ICONS, stageSince, whoName } from "./escalation-words";

/** Which stage a question has reached, by word, shape and colour. */
export function LoopTag({ escalation }: { escalation: Escalation }) {
  const { state } = escalation;
  return (
    <span class={`tag tag-loop loop-${state}`} data-testid="loop-state" data-state={state}>
      <Icon name={LOOP_ICONS[state]} /> {t(`loop_${state}`)}
    </span>
  );
}

function wayText({ way, promised_at: at }: Escalation, short: boolean): string {
  if (way === "wait") return t(short ? "inbox_on_the_line" : "inbox_caller_waits");
  if (at === null) return t(short ? "way_call_back" : "inbox_call_back");
  const moment = shortMoment(at, now.value, language.value);
  return short ? t("inbox_call_by", { at: moment }) : t("inbox_call_back_at", { at: moment });
}

/** Whether the caller holds the line or was promised a call, and by when. `short` is for the rows of a list. */
export function WayTag({ escalation, short = false }: { escalation: Escalation; short?: boolean }) {
  const waits = escalation.way === "wait";
  return (
    <span class={waits ? "tag tag-waits" : "tag"} title={wayText(escalation, false)} data-testid="way">
      <Icon name={waits ? "paused" : "callback"} /> {wayText(escalation, short)}
    </span>
  );
}

/** Who has it, and for how long. */
export function HeldBy({ escalation }: { escalation: Escalation }) {
  return (
    <span class="loop-held" data-testid="loop-held">
      {whoName(escalation.to)} · <Running since={stageSince(escalation)} />
    </span>
  );
}
