import type { ComponentChildren } from "preact";
import type { Live, QueueLive, Today } from "../../api/types";
import { clock } from "../../lib/time";
import { language, t, type TextKey } from "../../texts";
import { Icon } from "../../ui/icon";

/** A share of 1 as a percentage, `–` while there is nothing to divide by. */
function percent(share: number | null): string {
  if (share === null) return t("none");
  const locale = language.value === "id" ? "id-ID" : "en-GB";
  return `${(share * 100).toLocaleString(locale, { maximumFractionDigits: 1 })} %`;
}

const seconds = (value: number | null): string => (value === null ? t("none") : clock(value));

function Big({ name, value, formula, note }: { name: string; value: string; formula: string; note?: ComponentChildren }) {
  return (
    <div class="big-figure">
      <dt>{t(`figure_${name}` as TextKey)}</dt>
      <dd class="value digits" data-testid={`live-${name}`}>{value}</dd>
      {note}
      <dd class="formula">{formula}</dd>
    </div>
  );
}

/** Whether the target is met, by word and shape; nothing while there is no figure. */
function Target({ today, queue }: { today: Today; queue: QueueLive | undefined }) {
  if (queue === undefined) return null;
  const text = t("target", { percent: queue.target_percent, seconds: queue.target_s });
  if (today.service_level === null) return <dd class="target">{text}</dd>;
  const met = today.service_level * 100 >= queue.target_percent;
  return (
    <dd class={met ? "target target-met" : "target target-missed"}>
      <Icon name={met ? "check" : "warning"} /> {text}: {met ? t("target_met") : t("target_missed")}
    </dd>
  );
}

const COUNTS = ["offered", "answered", "abandoned", "flow_out", "closed"] as const;

/** Today's figures, each with its formula: a figure without one is an argument, not a measurement. */
export function Figures({ live }: { live: Live }) {
  const { today } = live;
  const queue = live.queues[0];
  return (
    <section class="figures" aria-label={t("today")}>
      <dl class="big-figures">
        <Big
          name="service_level"
          value={percent(today.service_level)}
          formula={t("formula_service_level", { seconds: queue?.target_s ?? 20 })}
          note={<Target today={today} queue={queue} />}
        />
        <Big name="asa_s" value={seconds(today.asa_s)} formula={t("formula_asa_s")} />
        <Big name="abandon_rate" value={percent(today.abandon_rate)} formula={t("formula_abandon_rate")} />
        <Big name="aht_s" value={seconds(today.aht_s)} formula={t("formula_aht_s")} />
      </dl>
      <dl class="counts">
        {COUNTS.map((name) => (
          <div class="figure" key={name}>
            <dt>{t(`figure_${name}`)}</dt>
            <dd class="digits" data-testid={`live-${name}`}>{today[name] ?? 0}</dd>
          </div>
        ))}
        <div class="figure">
          <dt><a href="/callbacks">{t("figure_callbacks")}</a></dt>
          <dd class="digits" data-testid="live-callbacks">{live.callbacks_open}</dd>
        </div>
      </dl>
    </section>
  );
}
