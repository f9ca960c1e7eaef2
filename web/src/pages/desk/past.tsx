import type { Beside } from "../../api/contacts";
import type { OnDesk } from "../../state/desk";
import { t } from "../../texts";
import { TicketLines } from "../../ticket/summary";

/** The pop knows of this number only, `beside` of the plate too: what is still open first, for that is why they call. */
export function PastPanel({ desk, beside }: { desk: OnDesk | null; beside: Beside | null }) {
  const known = beside?.history ?? [...(desk?.pop.open_tickets ?? []), ...(desk?.pop.history ?? [])];
  const past = known.filter((ticket) => ticket.number !== desk?.editor.number);
  const open = past.filter((ticket) => ticket.step !== "closed");
  const others = past.filter((ticket) => !open.some((each) => each.number === ticket.number));
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
