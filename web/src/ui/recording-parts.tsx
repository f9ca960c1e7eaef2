import type { CallRecording } from "../api/types";
import { timeOfDay } from "../lib/time";
import { personName } from "../state/reference";
import { t } from "../texts";
import { Player } from "./player";

/** A part for each operator who had the call; with several, each says whose it is and when it begins. */
export function RecordingParts({ parts }: { parts: readonly CallRecording[] }) {
  const several = parts.length > 1;
  return (
    <div class="recording-parts">
      {parts.map((part, at) => {
        const label = several ? t("recording_part", { number: at + 1, operator: personName(part.operator) || t("outside_number") }) : t("recording");
        return (
          <div key={part.id} data-testid="recording-part" data-operator={part.operator}>
            {several && <p>{label} · <time class="digits" dateTime={part.started_at}>{timeOfDay(part.started_at)}</time></p>}
            <Player url={part.url} seconds={part.duration_s} label={label} />
          </div>
        );
      })}
    </div>
  );
}
