import { useMemo } from "preact/hooks";
import { tickets } from "../../api/resources";
import type { TicketDetail } from "../../api/types";
import { moment } from "../../lib/time";
import { ticketPushes } from "../../state/connection";
import type { TicketEditor } from "../../state/editor";
import { editorFor } from "../../state/editors";
import { useLoaded } from "../../state/load";
import { formatNumber } from "../../state/people";
import { personName } from "../../state/reference";
import { editsTickets, readsTickets, takesCalls, user } from "../../state/session";
import { language, t, tryText } from "../../texts";
import { AnswersPanel } from "../../ticket/answers-panel";
import { ContactAndLinks } from "../../ticket/contact-links";
import { TicketForm } from "../../ticket/form";
import { CallbackTag, PriorityTag, StepTag, TicketLines } from "../../ticket/summary";
import { CallButton } from "../../ticket/call-button";
import { FilingCard } from "../../ticket/filing-card";
import { HandOverCard } from "../../ticket/escalation-handovers";
import { PrintLink } from "../../ticket/print-link";
import { triesText } from "../../ticket/tries";
import { VehiclePanel } from "../../ticket/vehicle-panel";
import { Empty, KeyValue, Loading } from "../../ui/parts";
import { Changes } from "./changes";
import { CallRecordings } from "./recordings";
import { Timeline } from "./timeline";

function Head({ editor }: { editor: TicketEditor }) {
  const ticket = editor.ticket.value;
  return (
    <header class="page-head">
      <h1 class="digits" data-testid="ticket-number">{t("ticket_page", { number: ticket.number })}</h1>
      <PriorityTag ticket={ticket} />
      <StepTag ticket={ticket} />
      <CallbackTag ticket={ticket} />
      <span class="push-end" />
      {takesCalls.value && ticket.caller.number !== "" && <CallButton ticket={ticket} long />}
      <PrintLink number={ticket.number} />
    </header>
  );
}

function Facts({ editor }: { editor: TicketEditor }) {
  const ticket = editor.ticket.value;
  const at = (time: string | null) => (time === null ? t("none") : moment(time, language.value));
  const { callback } = ticket;
  return (
    <section class="card">
      <h2>{t("caller")}</h2>
      <p class="caller-number digits">{formatNumber(ticket.caller.number)}</p>
      <KeyValue
        items={[
          [t("opened_at"), at(ticket.created_at)],
          [t("taken_at"), at(ticket.taken_at)],
          [t("closed_at"), at(ticket.closed_at)],
          [t("field_operator"), personName(ticket.operator) || t("none")],
          [t("spoken_language"), t(`language_${ticket.language}`)],
          ...(callback === null
            ? []
            : [
                [t("field_callback"), t("callback_since", { reason: tryText(`callback_${callback.reason}`), since: at(callback.since) })] as const,
                [t("col_due"), callback.due_at === null ? t("due_never") : at(callback.due_at)] as const,
                [t("col_tries"), triesText(callback)] as const,
              ]),
        ]}
      />
    </section>
  );
}

function Hints({ editor }: { editor: TicketEditor }) {
  const { allowed, operator } = editor.ticket.value;
  if (allowed.includes("unreachable")) return <p class="quiet">{t("reason_needed")}</p>;
  return allowed.includes("take") && operator === null ? <p class="quiet">{t("take_hint")}</p> : null;
}

function Body({ detail, editor }: { detail: TicketDetail; editor: TicketEditor }) {
  return (
    <div class="page ticket-page" data-testid="ticket-page">
      <Head editor={editor} />
      <div class="ticket-columns">
        <div class="ticket-main">
          <section class="card">
            <h2 class="visually-hidden">{t("steps_label")}</h2>
            <TicketForm editor={editor} earlier={detail.history} />
            <Hints editor={editor} />
          </section>
          <CallRecordings calls={detail.calls} message={editor.ticket.value.message} />
          <Changes changes={detail.changes} />
        </div>
        <aside class="ticket-side" aria-label={t("history")}>
          <Facts editor={editor} />
          {editsTickets.value && editor.ticket.value.origin === "open311" && <FilingCard number={editor.number} />}
          <VehiclePanel editor={editor} />
          <AnswersPanel editor={editor} />
          <Timeline ticket={editor.ticket.value} />
          {readsTickets.value && <ContactAndLinks number={editor.number} />}
          <HandOverCard escalation={editor.ticket.value.escalation} />
          <section class="card past">
            <h2>{t("history")}</h2>
            {detail.history.length === 0 ? <p class="quiet">{t("first_contact")}</p> : <TicketLines tickets={detail.history} testid="ticket-history" />}
          </section>
        </aside>
      </div>
    </div>
  );
}

export function TicketPage({ number }: { number: string }) {
  const { state } = useLoaded(() => {
    void ticketPushes.value;
    return tickets.one(number);
  });
  const detail = state.data;
  const account = user.value;
  const editor = useMemo(
    () => (detail === null || account === null ? null : editorFor(account.username, detail)),
    [detail, account?.username],
  );
  if (detail === null || editor === null) {
    return state.problem === "" ? <Loading /> : <Empty icon="info" title={t("ticket_missing")} text={state.problem}><a href="/tickets">{t("tickets_title")}</a></Empty>;
  }
  return <Body detail={detail} editor={editor} />;
}
