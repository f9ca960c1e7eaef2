import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { TicketSummary } from "../../api/types";
import { useShortcuts } from "../../lib/keys";
import { besideDesk, goOnWith, lookBeside } from "../../state/beside";
import type { OnDesk } from "../../state/desk";
import { callerName } from "../../state/people";
import { editsTickets } from "../../state/session";
import { t } from "../../texts";
import { StepTag, subjectOf } from "../../ticket/summary";
import { Button } from "../../ui/button";
import { PastPanel } from "./past";

const KEYS = "Alt+T";

/** Whose it is, for somebody else may have called about the same plate, and what it is about. */
const about = (ticket: TicketSummary): string =>
  [callerName(ticket), ticket.plate, subjectOf(ticket) || ticket.description].filter(Boolean).join(" · ");

/** The open ticket that the call is probably about, one key away; others below it. */
function Offer({ desk, offers }: { desk: OnDesk; offers: readonly [TicketSummary, ...TicketSummary[]] }) {
  const busy = useSignal(false);
  const [first, ...others] = offers;
  const take = async (number: string) => {
    if (busy.value) return;
    busy.value = true;
    await goOnWith(desk.editor, number);
    busy.value = false;
  };
  useShortcuts({ [KEYS]: () => void take(first.number) });
  return (
    <section class="card offer" data-testid="offer" data-ticket={first.number} aria-live="polite">
      <h2>{t("offer_title", { number: first.number })}</h2>
      <p>{about(first)} <StepTag ticket={first} /></p>
      <Button look="primary" keys={KEYS} busy={busy.value} testid="offer-go-on" onClick={() => void take(first.number)}>
        {t("offer_go_on")}
      </Button>
      <p class="quiet">{t("offer_hint")}</p>
      {others.length > 0 && (
        <>
          <h3>{t("offer_more")}</h3>
          <ul class="offer-others">
            {others.map((ticket) => (
              <li key={ticket.number}>
                <Button look="quiet" busy={busy.value} testid={`offer-${ticket.number}`} onClick={() => void take(ticket.number)}>
                  {ticket.number}
                </Button>
                <span class="quiet">{about(ticket)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

/** The open tickets that a connected call may be about. */
export function OfferPanel({ desk }: { desk: OnDesk }) {
  const beside = besideDesk.value?.number === desk.editor.number ? besideDesk.value : null;
  const connected = desk.call.connected_at !== null && editsTickets.value;
  const [first, ...others] = connected && beside !== null ? beside.offers : [];
  return first === undefined ? null : <Offer desk={desk} offers={[first, ...others]} />;
}

/** What is known of whoever calls, by number and by plate. */
export function BesidePanel({ desk }: { desk: OnDesk | null }) {
  const number = desk?.editor.number;
  const plate = desk?.editor.ticket.value.plate;
  useEffect(() => {
    if (number !== undefined) void lookBeside(number);
  }, [number, plate]);
  return <PastPanel desk={desk} beside={besideDesk.value?.number === number ? besideDesk.value : null} />;
}
