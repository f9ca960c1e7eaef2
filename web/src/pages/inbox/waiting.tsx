import type { InboxItem } from "../../api/validation";
import { clock, secondsSince, type Urgency } from "../../lib/time";
import { now } from "../../state/clock";
import { t } from "../../texts";
import { Icon, type IconName } from "../../ui/icon";

const ICONS: Record<Urgency, IconName> = { calm: "clock", soon: "clock", over: "warning" };

/** From this share of its time on, a question is nearly late. */
const SOON = 0.8;

/** How a question stands against the moment by which its present stage should be over, at `at` (epoch milliseconds). */
export function pressure(item: InboxItem, at: number): Urgency {
  if (item.due_at === null) return "calm";
  const [since, due] = [Date.parse(item.since), Date.parse(item.due_at)];
  if (at > due) return "over";
  return at >= since + (due - since) * SOON ? "soon" : "calm";
}

/** How long it has waited and how long it may, by digits, shape and colour; in words once it is late. */
export function Waiting({ item, short = false }: { item: InboxItem; short?: boolean }) {
  const how = pressure(item, now.value);
  const late = how === "over" && item.due_at !== null ? t("inbox_late", { time: clock(secondsSince(item.due_at, now.value)) }) : "";
  return (
    <span class={`waiting waiting-${how}`} data-testid="waiting" data-urgency={how}>
      <Icon name={ICONS[how]} />
      <span class="digits">
        {clock(secondsSince(item.since, now.value))}
        {item.standard_s !== null && <small> / {clock(item.standard_s)}</small>}
      </span>
      {late !== "" && <span class={short ? "visually-hidden" : "digits"}>{late}</span>}
    </span>
  );
}
