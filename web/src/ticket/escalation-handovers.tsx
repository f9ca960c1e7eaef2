import type { Escalation, HandOver } from "../api/validation";
import { moment, timeOfDay } from "../lib/time";
import { language, t } from "../texts";
import { LoopTag } from "./escalation-state";
import { handOverText } from "./escalation-words";

function Entry({ entry }: { entry: HandOver }) {
  return (
    <li class="handover" data-testid="handover" data-action={entry.action}>
      <time class="digits" dateTime={entry.at} title={moment(entry.at, language.value)}>{timeOfDay(entry.at)}</time>
      <div>
        <p class="handover-what">{handOverText(entry)}</p>
        {entry.text !== "" && <p class="handover-text">{entry.text}</p>}
      </div>
    </li>
  );
}

/** Hand-overs as they happened, with what was said; a second question stands below the first. */
export function HandOvers({ entries }: { entries: readonly HandOver[] }) {
  return <ol class="handovers" data-testid="handovers">{entries.map((entry) => <Entry key={`${entry.at}${entry.action}`} entry={entry} />)}</ol>;
}

/** The ticket page's card: where the question stands, and how it came there. */
export function HandOverCard({ escalation }: { escalation: Escalation | null }) {
  if (!escalation) return null;
  return (
    <section class="card" data-testid="handover-card">
      <h2 class="card-head">{t("handovers")} <LoopTag escalation={escalation} /></h2>
      <HandOvers entries={escalation.handovers} />
    </section>
  );
}
