import type { OnDesk } from "../../state/desk";
import { t } from "../../texts";
import { TicketLines } from "../../ticket/summary";

/** What is known of this number: what is still open first, because that is probably why they call. */
export function PastPanel({ desk }: { desk: OnDesk | null }) {
  const open = desk?.pop.open_tickets.filter((ticket) => ticket.number !== desk.editor.number) ?? [];
  const history = desk?.pop.history.filter((ticket) => !open.some((each) => each.number === ticket.number)) ?? [];
  const others = history.filter((ticket) => ticket.number !== desk?.editor.number);
  return (
    <section class="card past" data-testid="pop-past">
      <h2>
        {t("open_tickets")} {open.length > 0 && <span class="count">{open.length}</span>}
      </h2>
      {open.length === 0 ? <p class="quiet">{t("no_open_tickets")}</p> : <TicketLines tickets={open} testid="pop-open-tickets" />}
      <h2>{t("history")}</h2>
      {others.length === 0 ? (
        <p class="quiet">{desk === null ? t("no_open_tickets") : t("first_contact")}</p>
      ) : (
        <TicketLines tickets={others} testid="pop-history" />
      )}
    </section>
  );
}
