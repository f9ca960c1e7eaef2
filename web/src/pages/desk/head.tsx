import { clearDesk, type OnDesk } from "../../state/desk";
import { t } from "../../texts";
import { CallbackTag, PriorityTag, StepTag } from "../../ticket/summary";
import { Button } from "../../ui/button";
import { Icon } from "../../ui/icon";

export function TicketHead({ desk }: { desk: OnDesk }) {
  const ticket = desk.editor.ticket.value;
  if (desk.callerLeft) return <CallerLeft number={ticket.number} />;
  return (
    <header class="ticket-head">
      <h2 class="digits" data-testid="ticket-number">{ticket.number}</h2>
      <PriorityTag ticket={ticket} />
      <StepTag ticket={ticket} />
      <CallbackTag ticket={ticket} />
      {ticket.step === "closed" && <span class="ticket-closed" role="status">{t("ticket_closed_note")}</span>}
      <a class="ticket-head-link" href={`/tickets/${ticket.number}`}>{t("open_full_ticket")}</a>
    </header>
  );
}

/** The caller has gone: said where the operator is looking, and it stays until it is put away. */
function CallerLeft({ number }: { number: string }) {
  return (
    <header class="ticket-head caller-left" data-testid="caller-left">
      <h2 class="digits" data-testid="ticket-number">{number}</h2>
      <Icon name="warning" />
      <p role="alert">{t("caller_left_here")}</p>
      <a href={`/tickets/${number}`}>{t("open_full_ticket")}</a>
      <Button onClick={clearDesk} testid="caller-left-close">{t("close")}</Button>
    </header>
  );
}
