import type { ComponentChildren } from "preact";
import { link } from "../state/connection";
import { longestSince, readyCount, signedIn, waitingCount } from "../state/live";
import { t } from "../texts";
import { Running } from "../ui/running";

function Figure({ label, testid, children }: { label: string; testid: string; children: ComponentChildren }) {
  return (
    <div class="figure">
      <dt>{label}</dt>
      <dd class="digits" data-testid={testid}>{children}</dd>
    </div>
  );
}

/** The queue at a glance. Without a line to the server it says nothing rather than something old. */
export function QueueStrip() {
  const known = link.value === "up";
  return (
    <dl class="queue-strip" aria-label={t("queue")} data-testid="queue-strip" data-current={known}>
      <Figure label={t("queue_waiting")} testid="queue-waiting">{known ? waitingCount.value : "–"}</Figure>
      <Figure label={t("queue_longest")} testid="queue-longest">
        <Running since={known ? longestSince.value : null} />
      </Figure>
      <Figure label={t("queue_operators")} testid="queue-operators">
        {known ? `${readyCount.value} / ${signedIn.value.length}` : "–"}
      </Figure>
    </dl>
  );
}
