import { tickets } from "../../api/resources";
import { askNotificationPermission, notificationPermission } from "../../state/alerts";
import { presence } from "../../state/desk";
import { ticketPushes } from "../../state/connection";
import { useLoaded } from "../../state/load";
import { setSound, soundOn } from "../../lib/sound";
import { t } from "../../texts";
import { TicketLines } from "../../ticket/summary";
import { Button } from "../../ui/button";
import { Icon } from "../../ui/icon";

const STEPS_OPEN = 50;

function MyOpenTickets() {
  const { state } = useLoaded(async () => {
    void ticketPushes.value;
    const page = await tickets.list({ mine: true, limit: STEPS_OPEN });
    return page.items.filter((ticket) => ticket.step !== "closed");
  });
  if (state.data === null) return null;
  return (
    <section class="card my-open">
      <h2>{t("my_open_tickets")}</h2>
      {state.data.length === 0 ? <p class="quiet">{t("all_done")}</p> : <TicketLines tickets={state.data} named testid="my-open-tickets" />}
    </section>
  );
}

/** How a call makes itself known, with what can be switched right here. */
function AlertSettings() {
  return (
    <div class="alert-settings">
      <Button look="quiet" icon={soundOn.value ? "bell" : "muted"} pressed={soundOn.value} testid="sound-toggle" onClick={() => setSound(!soundOn.value)}>
        {soundOn.value ? t("sound_on") : t("sound_off")}
      </Button>
      {notificationPermission.value === "default" && (
        <Button look="quiet" icon="info" onClick={() => void askNotificationPermission()}>{t("allow_notifications")}</Button>
      )}
    </div>
  );
}

export function Idle() {
  const state = presence.value?.state ?? "offline";
  const receiving = state === "ready" || state === "ringing";
  return (
    <div class="idle" data-testid="idle">
      <section class="card idle-state">
        <Icon name={receiving ? "ready" : "offline"} />
        <h2>{receiving ? t("idle_title") : t("idle_off_title")}</h2>
        <p>{receiving ? t("idle_text") : t("idle_off_text")}</p>
        <AlertSettings />
      </section>
      <MyOpenTickets />
    </div>
  );
}
