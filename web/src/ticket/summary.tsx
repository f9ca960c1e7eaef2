import type { TicketSummary } from "../api/types";
import { shortMoment } from "../lib/time";
import { now } from "../state/clock";
import { callerName } from "../state/people";
import { categoryLabel, isPriority } from "../state/reference";
import { language, t, tryText } from "../texts";
import { Icon } from "../ui/icon";

/** Where a ticket stands, in a word: its step, or how it was closed. */
export function StepTag({ ticket }: { ticket: TicketSummary }) {
  const closed = ticket.closed_as !== null ? tryText(`closed_${ticket.closed_as}`) : t("step_closed");
  return ticket.step === "closed" ? (
    <span class="tag tag-closed"><Icon name="check" /> {closed}</span>
  ) : (
    <span class="tag tag-open">{t(`step_${ticket.step}`)}</span>
  );
}

/** Only an open ticket still owes its caller a call. */
export const owesCall = (ticket: TicketSummary): boolean => ticket.callback !== null && ticket.step !== "closed";

export function CallbackTag({ ticket }: { ticket: TicketSummary }) {
  if (ticket.callback === null || !owesCall(ticket)) return null;
  return (
    <span class="tag tag-callback">
      <Icon name="callback" /> {tryText(`callback_${ticket.callback.reason}`)}
    </span>
  );
}

/** The matrix says that this cell goes before others. */
export function PriorityTag({ ticket }: { ticket: TicketSummary }) {
  if (!isPriority(ticket.category)) return null;
  return (
    <span class="tag tag-priority" data-testid="tag-priority">
      <Icon name="warning" /> {t("priority_tag")}
    </span>
  );
}

export const subjectOf = (ticket: TicketSummary): string =>
  categoryLabel(ticket.category) || (ticket.kind === null ? "" : t(`kind_${ticket.kind}`));

/** One line per ticket: what it was about, where it stands, when. */
export function TicketLines({ tickets, named = false, testid }: { tickets: readonly TicketSummary[]; named?: boolean; testid: string }) {
  return (
    <ul class="ticket-lines" data-testid={testid}>
      {tickets.map((ticket) => (
        <li key={ticket.number}>
          <a href={`/tickets/${ticket.number}`}>
            <span class="ticket-line-head">
              <strong class="digits">{ticket.number}</strong>
              <time dateTime={ticket.created_at}>{shortMoment(ticket.created_at, now.value, language.value)}</time>
            </span>
            <span class="ticket-line-subject">
              {named && `${callerName(ticket)} · `}
              {subjectOf(ticket) || ticket.description || t("none")}
            </span>
            <span class="ticket-line-tags"><PriorityTag ticket={ticket} /> <StepTag ticket={ticket} /> <CallbackTag ticket={ticket} /></span>
          </a>
        </li>
      ))}
    </ul>
  );
}
