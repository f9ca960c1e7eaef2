import type { Call, Recording } from "../../api/types";
import { clock, moment } from "../../lib/time";
import { outcomeLabel, personName } from "../../state/reference";
import { language, t, tryText } from "../../texts";
import { Icon } from "../../ui/icon";
import { Player } from "../../ui/player";
import { QualityNote } from "../../ui/quality";
import { RecordingParts } from "../../ui/recording-parts";

function OneCall({ call }: { call: Call }) {
  const said = Object.entries(call.outcomes);
  return (
    <li data-testid="ticket-call" data-call={call.id}>
      <p>
        {call.direction === "out" && <><Icon name="outgoing" class="icon-small" /> {t("call_out")} · </>}
        <time class="digits" dateTime={call.started_at}>{moment(call.started_at, language.value)}</time>
        {" · "}{t(`call_state_${call.state}`)}
        {call.talk_s !== null && <span class="digits"> · {t("col_talk")} {clock(call.talk_s)}</span>}
        {call.ended_by !== null && <span> · {t("col_ended_by")}: {tryText(`ended_by_${call.ended_by}`)}</span>}
        {call.operator !== null && <span> · {personName(call.operator)}</span>}
        {said.length > 1
          ? said.map(([operator, code]) => <span key={operator}> · {personName(operator)}: <strong>{outcomeLabel(code)}</strong></span>)
          : call.outcome !== null && <span> · <strong>{outcomeLabel(call.outcome)}</strong></span>}
        {call.quality !== null && <span> · <QualityNote quality={call.quality} /></span>}
      </p>
      {call.recordings.length === 0 ? <p class="quiet">{t("no_recording")}</p> : <RecordingParts parts={call.recordings} />}
    </li>
  );
}

export function CallRecordings({ calls, message }: { calls: readonly Call[]; message: Recording | null }) {
  return (
    <section class="card">
      <h2>{t("calls_of_ticket")}</h2>
      {message !== null && (
        <div class="message-left">
          <p>{t("message_left")}</p>
          <Player url={message.url} seconds={message.duration_s} label={t("message_left")} />
        </div>
      )}
      {calls.length === 0 ? (
        <p class="quiet">{t("no_calls_of_ticket")}</p>
      ) : (
        <ul class="ticket-calls">{calls.map((call) => <OneCall key={call.id} call={call} />)}</ul>
      )}
    </section>
  );
}
