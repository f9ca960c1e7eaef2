import { tickets } from "../../api/resources";
import { headset, turnOn } from "../../headset/headset";
import { soundBlocked } from "../../headset/speaker";
import { phoneWords } from "../../headset/words";
import { presence } from "../../state/desk";
import { phoneOpen } from "../../state/phone";
import { ticketPushes } from "../../state/connection";
import { useLoaded } from "../../state/load";
import { t, type TextKey } from "../../texts";
import { TicketLines } from "../../ticket/summary";
import { AlertSettings } from "../../ui/alert-settings";
import { Button } from "../../ui/button";
import { Icon, type IconName } from "../../ui/icon";

/** Looked at for unfinished ones: nobody leaves more than that behind. */
const RECENT = 50;

function MyOpenTickets() {
  const { state } = useLoaded(async () => {
    void ticketPushes.value;
    const page = await tickets.list({ mine: true, limit: RECENT });
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

/** Before the shift: a headset that is not there is said where the operator looks, with what helps. */
function PhoneCard() {
  const mine = presence.value;
  if (mine === null) return null;
  const { state, icon, name, word, help } = phoneWords(mine);
  const off = mine.phone_kind === "browser" && (state === "off" || state === "down") && headset.value.reason !== "elsewhere";
  return (
    <section class={`card phone-card headset-is-${state}`} data-testid="phone-card" data-state={state}>
      <Icon name={icon} />
      <div>
        <h2>{name}: {word}</h2>
        <p>{soundBlocked.value ? t("sound_blocked") : help}</p>
      </div>
      {off && <Button look="primary" icon="mic" testid="phone-card-on" onClick={turnOn}>{t("headset_turn_on")}</Button>}
      <Button testid="phone-card-open" onClick={() => (phoneOpen.value = true)}>{t("phone_card_check")}</Button>
    </section>
  );
}

/** What the empty desk says, by presence; wrap-up without a ticket is what a reload after the call leaves. */
function words(): { icon: IconName; title: TextKey; text: TextKey } {
  const state = presence.value?.state ?? "offline";
  if (state === "offline" || state === "paused") return { icon: "offline", title: "idle_off_title", text: "idle_off_text" };
  if (state === "wrap_up") return { icon: "wrap_up", title: "state_wrap_up", text: "idle_wrap_up_text" };
  return { icon: "ready", title: "idle_title", text: "idle_text" };
}

export function Idle() {
  const { icon, title, text } = words();
  return (
    <div class="idle" data-testid="idle">
      <section class="card idle-state">
        <Icon name={icon} />
        <h2>{t(title)}</h2>
        <p>{t(text)}</p>
        <AlertSettings />
      </section>
      <PhoneCard />
      <MyOpenTickets />
    </div>
  );
}
