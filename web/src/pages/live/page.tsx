import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ApiError, Unreachable } from "../../api/client";
import { lists } from "../../api/resources";
import type { Live } from "../../api/types";
import { timeOfDay } from "../../lib/time";
import { now, serverNow } from "../../state/clock";
import { calls, operators, queues, showLive } from "../../state/live";
import { t } from "../../texts";
import { Icon } from "../../ui/icon";
import { Loading } from "../../ui/parts";
import { Figures } from "./figures";
import { CallTable, OperatorTable, WaitingTable } from "./tables";

/** The page asks this often, whatever the pushes say, so that its "as of" is an answer and not a hope. */
const EVERY_MS = 2000;
/** Older than this and the page says so, loudly (a wallboard that is stale and silent misleads). */
const STALE_S = 5;

/** Asks for the picture over and over while the page is open; answers with the last one and when it came. */
function usePicture(): { live: Live; heard: number } | null {
  const picture = useSignal<{ live: Live; heard: number } | null>(null);
  useEffect(() => {
    let timer = 0;
    let over = false;
    const ask = async () => {
      try {
        const live = await lists.live();
        picture.value = { live, heard: serverNow() };
        showLive(live);
      } catch (error) {
        if (!(error instanceof ApiError || error instanceof Unreachable)) throw error;
      }
      if (!over) timer = window.setTimeout(() => void ask(), EVERY_MS);
    };
    void ask();
    return () => {
      over = true;
      window.clearTimeout(timer);
    };
  }, []);
  return picture.value;
}

function Stale({ since, at }: { since: number; at: string }) {
  return (
    <div class="stale" role="alert" data-testid="live-stale">
      <Icon name="warning" />
      <div>
        <strong>{t("stale_title")}</strong>
        <p>{t("stale_text", { seconds: Math.round(since), time: timeOfDay(at) })}</p>
      </div>
    </div>
  );
}

export function LivePage() {
  const picture = usePicture();
  if (picture === null) return <Loading />;
  const { live, heard } = picture;
  const age = (now.value - heard) / 1000;
  const stale = age > STALE_S;
  return (
    <div class={`page live ${stale ? "live-is-stale" : ""}`} data-testid="live-page" data-stale={stale}>
      <header class="page-head">
        <h1>{t("live_title")}</h1>
        <p class={stale ? "as-of as-of-stale" : "as-of"} data-testid="live-as-of">
          <Icon name={stale ? "warning" : "clock"} /> {t("as_of", { time: timeOfDay(live.at) })}
        </p>
      </header>
      {stale && <Stale since={age} at={live.at} />}
      <Figures live={live} />
      <div class="live-columns">
        <WaitingTable queues={queues.value} />
        <CallTable calls={calls.value} />
        <OperatorTable operators={operators.value} />
      </div>
    </div>
  );
}
