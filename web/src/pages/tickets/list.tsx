import { tickets } from "../../api/resources";
import type { Ticket } from "../../api/types";
import { shortMoment } from "../../lib/time";
import { queryValue, setQuery } from "../../lib/router";
import { now } from "../../state/clock";
import { ticketPushes } from "../../state/connection";
import { callbacksOpen } from "../../state/callbacks";
import { useLoaded } from "../../state/load";
import { callerName, formatNumber } from "../../state/people";
import { personName } from "../../state/reference";
import { takesCalls } from "../../state/session";
import { language, t, type TextKey } from "../../texts";
import { WORK_STEPS } from "../../ticket/steps";
import { CallButton } from "../../ticket/call-button";
import { PrintLink } from "../../ticket/print-link";
import { CallbackTag, owesCall, PriorityTag, StepTag, subjectOf } from "../../ticket/summary";
import { Button } from "../../ui/button";
import { QueryDate, QuerySearch, QuerySelect } from "../../ui/filters";
import { Listed } from "../../ui/listed";
import { Pager } from "../../ui/pager";
import { Empty } from "../../ui/parts";

const PAGE = 25;

/** The service counts no further; so many stand for that many or more. */
const MOST_COUNTED = 200;

const ORIGINS: readonly Ticket["origin"][] = ["call", "desk", "open311"];

type Tab = "all" | "callback" | "mine";
const TAB_TEXT: Record<Tab, TextKey> = { all: "tab_all", callback: "tab_callback", mine: "tab_mine" };

function tabNow(): Tab {
  if (queryValue("callback") !== "") return "callback";
  return queryValue("mine") !== "" ? "mine" : "all";
}

function Tabs() {
  const tabs: readonly Tab[] = takesCalls.value ? ["all", "callback", "mine"] : ["all", "callback"];
  const go = (tab: Tab) =>
    setQuery({ callback: tab === "callback" ? "true" : "", mine: tab === "mine" ? "true" : "", cursor: "", back: "" });
  return (
    <div class="tabs" role="group" aria-label={t("tickets_title")}>
      {tabs.map((tab) => (
        <button key={tab} type="button" aria-pressed={tabNow() === tab} data-testid={`tab-${tab}`} onClick={() => go(tab)}>
          {t(TAB_TEXT[tab])}
          {tab === "callback" && <span class="count" data-testid="callback-count">{callbacksOpen.value}</span>}
        </button>
      ))}
    </div>
  );
}

function Filters() {
  return (
    <div class="filters">
      <QuerySearch name="q" label={t("search_tickets")} />
      <QuerySelect
        name="step"
        label={t("field_step")}
        options={[...WORK_STEPS, "closed" as const].map((step) => [step, t(`step_${step}`)] as const)}
      />
      <QuerySelect
        name="kind"
        label={t("field_kind")}
        options={[["informasi", t("kind_informasi_short")], ["pengaduan", t("kind_pengaduan_short")]]}
      />
      <QuerySelect
        name="origin"
        label={t("field_origin")}
        options={ORIGINS.map((origin) => [origin, t(`origin_${origin}`)] as const)}
      />
      <QueryDate name="from" label={t("from")} />
      <QueryDate name="to" label={t("to")} />
    </div>
  );
}

function Row({ ticket }: { ticket: Ticket }) {
  const overdue = ticket.steps.some((step) => step.overdue);
  return (
    <tr data-testid="ticket-row" data-ticket={ticket.number}>
      <td class="cell-number"><a class="digits" href={`/tickets/${ticket.number}`}>{ticket.number}</a> <PrintLink number={ticket.number} short /></td>
      <td class="digits"><time dateTime={ticket.created_at}>{shortMoment(ticket.created_at, now.value, language.value)}</time></td>
      <td>
        {callerName(ticket)}
        {ticket.caller.name !== "" && <small class="digits">{formatNumber(ticket.caller.number)}</small>}
      </td>
      <td class="digits">{ticket.plate || t("none")}</td>
      <td class="cell-text">
        {subjectOf(ticket) || t("none")}
        {ticket.description !== "" && <small>{ticket.description}</small>}
      </td>
      <td>
        <PriorityTag ticket={ticket} /> <StepTag ticket={ticket} /> <CallbackTag ticket={ticket} />
        {overdue && <span class="tag tag-overdue">{t("overdue")}</span>}
      </td>
      <td class="cell-with-button">
        <span>{personName(ticket.operator) || t("none")}</span>
        {takesCalls.value && owesCall(ticket) && <CallButton ticket={ticket} />}
      </td>
    </tr>
  );
}

const COLUMNS: readonly TextKey[] = ["col_ticket", "col_created", "col_caller", "col_plate", "col_subject", "col_step", "col_operator"];

function Table({ items }: { items: readonly Ticket[] }) {
  return (
    <div class="table-wrap">
      <table class="list list-tickets">
        <thead>
          <tr>{COLUMNS.map((column) => <th key={column} scope="col">{t(column)}</th>)}</tr>
        </thead>
        <tbody>{items.map((ticket) => <Row key={ticket.number} ticket={ticket} />)}</tbody>
      </table>
    </div>
  );
}

const FILTERS = ["q", "step", "kind", "origin", "from", "to"] as const;

function Nothing() {
  const filtered = FILTERS.some((name) => queryValue(name) !== "");
  if (filtered) {
    const clear = Object.fromEntries(FILTERS.map((name) => [name, ""]));
    return (
      <Empty icon="search" title={t("no_tickets_filtered")}>
        <Button onClick={() => setQuery(clear)}>{t("clear_filters")}</Button>
      </Empty>
    );
  }
  if (tabNow() === "callback") return <Empty icon="check" title={t("no_callbacks")} />;
  return <Empty icon="info" title={t("no_tickets")} text={t("no_tickets_text")} />;
}

export function TicketsPage() {
  const { state, reload } = useLoaded(() => {
    void ticketPushes.value;
    const names = [...FILTERS, "callback", "mine", "cursor"] as const;
    return tickets.list({ ...Object.fromEntries(names.map((name) => [name, queryValue(name)])), limit: PAGE });
  });
  return (
    <div class="page" data-testid="tickets-page" aria-busy={state.loading}>
      <header class="page-head">
        <h1>{t("tickets_title")}</h1>
        <Tabs />
      </header>
      <Filters />
      <Listed state={state} reload={reload} empty={<Nothing />}>
        {(page) => (
          <>
            <Table items={page.items} />
            <Pager shown={page.items.length} size={PAGE} total={page.total} most={MOST_COUNTED} next={page.next} />
          </>
        )}
      </Listed>
    </div>
  );
}
