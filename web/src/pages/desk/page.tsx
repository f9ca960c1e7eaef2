import { onDesk } from "../../state/desk";
import { t } from "../../texts";
import { AnswersPanel } from "../../ticket/answers-panel";
import { TicketForm } from "../../ticket/form";
import { VehiclePanel } from "../../ticket/vehicle-panel";
import { CallerPanel, NoCaller } from "./caller";
import { Idle } from "./idle";
import { Outcomes } from "./outcomes";
import { BesidePanel, OfferPanel } from "./beside";
import { TicketHead } from "./head";

/** The operator's place of work. Its parts keep their places whether there is a call or not. */
export function DeskPage() {
  const desk = onDesk.value;
  return (
    <div class="desk" data-testid="desk" data-busy={desk !== null}>
      <h1 class="visually-hidden">{t("desk_title")}</h1>
      <aside class="desk-caller" aria-label={t("caller")}>
        {desk === null ? <NoCaller /> : <CallerPanel desk={desk} />}
        <Outcomes />
      </aside>
      <div class="desk-ticket">
        {desk === null ? (
          <Idle />
        ) : (
          <section class="card" data-testid="pop" data-call={desk.call.id} data-ticket={desk.editor.number}>
            <TicketHead desk={desk} />
            <TicketForm
              key={desk.editor.number}
              editor={desk.editor}
              ringing={desk.call.state !== "ended" && desk.call.connected_at === null}
              earlier={[...desk.pop.open_tickets, ...desk.pop.history]}
            />
          </section>
        )}
      </div>
      <aside class="desk-past" aria-label={t("history")}>
        {desk !== null && <OfferPanel desk={desk} />}
        {desk !== null && <VehiclePanel key={desk.editor.number} editor={desk.editor} />}
        {desk !== null && <AnswersPanel key={`answers-${desk.editor.number}`} editor={desk.editor} />}
        <BesidePanel desk={desk} />
      </aside>
    </div>
  );
}
