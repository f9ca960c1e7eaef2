import { useSignal } from "@preact/signals";
import { calls } from "../../api/resources";
import type { Call } from "../../api/types";
import { clock, shortMoment } from "../../lib/time";
import { queryValue } from "../../lib/router";
import { now } from "../../state/clock";
import { useLoaded } from "../../state/load";
import { formatNumber } from "../../state/people";
import { outcomeLabel, personName } from "../../state/reference";
import { language, t, type TextKey, tryText } from "../../texts";
import { Button } from "../../ui/button";
import { QueryDate, QuerySearch, QuerySelect } from "../../ui/filters";
import { Icon } from "../../ui/icon";
import { Listed } from "../../ui/listed";
import { Pager } from "../../ui/pager";
import { Empty } from "../../ui/parts";
import { QualityNote } from "../../ui/quality";
import { RecordingParts } from "../../ui/recording-parts";
import { CallState } from "../live/tables";

const PAGE = 25;
const STATES = ["ivr", "waiting", "talking", "ended"] as const;
const COLUMNS: readonly TextKey[] = [
  "col_started", "col_number", "col_state_outcome", "col_ticket", "col_operator", "col_wait", "col_talk_quality", "col_ended_by", "col_recording",
];

const seconds = (value: number | null) => (value === null ? t("none") : clock(value));

/** The recording opens in the row below: a list of sliders would be a wall of them. */
function Row({ call }: { call: Call }) {
  const open = useSignal(false);
  const parts = call.recordings;
  return (
    <>
      <tr data-testid="call-row" data-call={call.id}>
        <td class="digits"><time dateTime={call.started_at}>{shortMoment(call.started_at, now.value, language.value)}</time></td>
        <td class="digits">
          {formatNumber(call.number)}
          {call.direction === "out" && <small><Icon name="outgoing" class="icon-small" /> {t("direction_out")}</small>}
          {call.diverted_from !== "" && (
            <small data-testid="call-diverted-from">{t("diverted_from")} {formatNumber(call.diverted_from)}</small>
          )}
        </td>
        <td>
          <CallState call={call} />
          {call.outcome !== null && <small data-testid="call-outcome">{outcomeLabel(call.outcome)}</small>}
        </td>
        <td class="digits">{call.ticket === null ? t("none") : <a href={`/tickets/${call.ticket}`}>{call.ticket}</a>}</td>
        <td>{personName(call.operator) || t("none")}</td>
        <td class="digits cell-number">{seconds(call.wait_s)}</td>
        <td class="digits cell-number">
          {seconds(call.talk_s)}
          {call.quality !== null && <small data-testid="call-quality-note"><QualityNote quality={call.quality} /></small>}
        </td>
        <td>{call.ended_by === null ? t("none") : tryText(`ended_by_${call.ended_by}`)}</td>
        <td>
          {parts.length === 0 ? (
            t("none")
          ) : (
            <Button look="quiet" icon="play" pressed={open.value} testid="recording-open" onClick={() => (open.value = !open.value)}>
              {clock(parts.reduce((sum, part) => sum + part.duration_s, 0))}
            </Button>
          )}
        </td>
      </tr>
      {open.value && parts.length > 0 && (
        <tr class="row-detail">
          <td colSpan={COLUMNS.length}><RecordingParts parts={parts} /></td>
        </tr>
      )}
    </>
  );
}

export function CallsPage() {
  const { state, reload } = useLoaded(() => {
    const names = ["number", "state", "from", "to", "cursor"] as const;
    return calls.list({ ...Object.fromEntries(names.map((name) => [name, queryValue(name)])), limit: PAGE });
  });
  return (
    <div class="page" data-testid="calls-page" aria-busy={state.loading}>
      <header class="page-head"><h1>{t("calls_title")}</h1></header>
      <div class="filters">
        <QuerySearch name="number" label={t("search_calls")} />
        <QuerySelect name="state" label={t("col_state")} options={STATES.map((each) => [each, t(`call_state_${each}`)] as const)} />
        <QueryDate name="from" label={t("from")} />
        <QueryDate name="to" label={t("to")} />
      </div>
      <Listed state={state} reload={reload} empty={<Empty icon="phone" title={t("no_calls")} text={t("no_calls_text")} />}>
        {(page) => (
          <>
            <div class="table-wrap">
              <table class="list">
                <thead><tr>{COLUMNS.map((column) => <th key={column} scope="col">{t(column)}</th>)}</tr></thead>
                <tbody>{page.items.map((call) => <Row key={call.id} call={call} />)}</tbody>
              </table>
            </div>
            <Pager shown={page.items.length} size={PAGE} total={page.total} next={page.next} />
          </>
        )}
      </Listed>
    </div>
  );
}
