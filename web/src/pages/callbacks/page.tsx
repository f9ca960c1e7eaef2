import { lists } from "../../api/resources";
import type { CallbackDue } from "../../api/types";
import { queryValue } from "../../lib/router";
import { secondsSince, shortMoment } from "../../lib/time";
import { now } from "../../state/clock";
import { ticketPushes } from "../../state/connection";
import { useLoaded } from "../../state/load";
import { formatNumber } from "../../state/people";
import { takesCalls } from "../../state/session";
import { personName } from "../../state/reference";
import { language, t, type TextKey, tryText } from "../../texts";
import { CallButton } from "../../ticket/call-button";
import { PriorityTag, subjectOf } from "../../ticket/summary";
import { resultText } from "../../ticket/tries";
import { Icon } from "../../ui/icon";
import { Listed } from "../../ui/listed";
import { Pager } from "../../ui/pager";
import { Empty } from "../../ui/parts";

const PAGE = 25;
const COLUMNS: readonly TextKey[] = ["col_due", "col_caller", "col_reason", "col_tries", "col_ticket"];

/** To the minute: a running second hand in a list is unrest. */
function span(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds / 60));
  return whole < 60 ? t("span_minutes", { m: whole }) : t("span_hours", { h: Math.floor(whole / 60), m: whole % 60 });
}

/** When the call is due, by word and shape. */
function Due({ item }: { item: CallbackDue }) {
  if (item.due_at === null) return <span class="quiet">{t("due_never")}</span>;
  const late = secondsSince(item.due_at, now.value);
  const text = item.overdue ? t("due_late", { time: span(late) }) : late >= 0 ? t("due_now") : t("due_in", { time: span(-late + 59) });
  return (
    <>
      <time class="digits" dateTime={item.due_at}>{shortMoment(item.due_at, now.value, language.value)}</time>
      <small class={item.overdue ? "due-late" : ""}>{item.overdue && <Icon name="warning" class="icon-small" />} {text}</small>
    </>
  );
}

function Tries({ item }: { item: CallbackDue }) {
  if (item.tries.length === 0) return <span class="quiet">{t("tries_none")}</span>;
  return (
    <ol class="tries">
      {item.tries.map((each) => (
        <li key={each.at} title={personName(each.operator)}>
          <time class="digits" dateTime={each.at}>{shortMoment(each.at, now.value, language.value)}</time> {resultText(each.result)}
        </li>
      ))}
      <li class="quiet">{item.tries_left === 0 ? t("tries_over") : t("tries_left", { count: item.tries_left })}</li>
    </ol>
  );
}

function Row({ item }: { item: CallbackDue }) {
  const { ticket } = item;
  return (
    <tr data-testid="callback-row" data-ticket={ticket.number} data-overdue={item.overdue}>
      <td><Due item={item} /></td>
      <td>
        <span class="digits">{formatNumber(item.number)}</span>
        {ticket.caller.name !== "" && <small>{ticket.caller.name}</small>}
      </td>
      <td>
        {tryText(`callback_${item.reason}`)}
        <small class="digits">{shortMoment(item.since, now.value, language.value)}</small>
      </td>
      <td><Tries item={item} /></td>
      <td class="cell-text">
        <a class="digits" href={`/tickets/${ticket.number}`}>{ticket.number}</a>
        <small>{subjectOf(ticket) || ticket.description || t("none")} <PriorityTag ticket={ticket} /></small>
      </td>
      {takesCalls.value && <td class="cell-actions"><CallButton ticket={ticket} number={item.number} testid={`callback-call-${ticket.number}`} /></td>}
    </tr>
  );
}

/** Whom we owe a call, due first. Nobody keeps this list: marks and tries put a caller on it and take the caller off. */
export function CallbacksPage() {
  const { state, reload } = useLoaded(() => {
    void ticketPushes.value;
    return lists.callbacks({ limit: PAGE, cursor: queryValue("cursor") });
  });
  return (
    <div class="page" data-testid="callbacks" aria-busy={state.loading}>
      <header class="page-head">
        <h1>{t("callbacks_title")}</h1>
        <p class="quiet">{t("callbacks_text")}</p>
      </header>
      <Listed state={state} reload={reload} empty={<Empty icon="check" title={t("callbacks_empty")} text={t("callbacks_empty_text")} />}>
        {(page) => (
          <>
            <div class="table-wrap">
              <table class="list list-callbacks">
                <thead>
                  <tr>
                    {COLUMNS.map((column) => <th key={column} scope="col">{t(column)}</th>)}
                    {takesCalls.value && <th scope="col"><span class="visually-hidden">{t("call_ticket")}</span></th>}
                  </tr>
                </thead>
                <tbody>{page.items.map((item) => <Row key={item.ticket.number} item={item} />)}</tbody>
              </table>
            </div>
            <Pager shown={page.items.length} size={PAGE} total={page.total} next={page.next} />
          </>
        )}
      </Listed>
    </div>
  );
}
