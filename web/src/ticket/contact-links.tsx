import { useSignal } from "@preact/signals";
import { type Beside, contacts, type TicketLink } from "../api/contacts";
import { moment } from "../lib/time";
import { useLoaded } from "../state/load";
import { attempt } from "../state/notices";
import { editsTickets } from "../state/session";
import { personName } from "../state/reference";
import { language, t } from "../texts";
import { Button } from "../ui/button";
import { Loading } from "../ui/parts";

const when = (at: string) => moment(at, language.value);

function Line({ link, undo }: { link: TicketLink; undo: () => void }) {
  const undone = link.undone_at !== null;
  return (
    <li data-testid="ticket-link" data-ticket={link.other} data-undone={undone}>
      <a class={`digits ${undone ? "undone" : ""}`} href={`/tickets/${link.other}`}>{link.other}</a>
      {link.into !== null && <span>{t("link_went_into", { number: link.into })}</span>}
      <small class="quiet">{t("link_by", { by: personName(link.by), at: when(link.at) })}</small>
      {undone ? (
        <small class="quiet">{t("undone_by", { by: personName(link.undone_by), at: when(link.undone_at ?? "") })}</small>
      ) : (
        editsTickets.value && (
          <Button look="quiet" testid="link-undo" title={t("link_undo_named", { number: link.other })} onClick={undo}>
            {t("link_undo")}
          </Button>
        )
      )}
    </li>
  );
}

/** Whose ticket it is, and which tickets belong to it; links are made and undone here. */
export function ContactAndLinks({ number }: { number: string }) {
  const { state, reload } = useLoaded(() => contacts.beside(number));
  const other = useSignal("");
  const beside = state.data;
  const change = async (work: () => Promise<Beside>) => {
    if ((await attempt(work)) === undefined) return false;
    reload();
    return true;
  };
  const link = async (event: Event) => {
    event.preventDefault();
    const typed = other.value.trim().toUpperCase();
    if (typed !== "" && (await change(() => contacts.link(number, typed)))) other.value = "";
  };
  return (
    <section class="card contact-links" data-testid="contact-links">
      <h2>{t("contact_card")}</h2>
      {state.problem !== "" && <p class="problem" role="alert">{state.problem} <Button onClick={reload}>{t("try_again")}</Button></p>}
      {beside === null ? state.problem === "" && <Loading /> : (
        <>
          {beside.contact !== null && <p><a href={`/contacts/${beside.contact}`} data-testid="contact-open">{t("contact_page")}</a></p>}
          <h3>{t("links_title")}</h3>
          {beside.links.length === 0 ? <p class="quiet">{t("links_none")}</p> : (
            <ul class="plain-lines">
              {beside.links.map((each) => <Line key={each.id} link={each} undo={() => void change(() => contacts.unlink(number, each.id))} />)}
            </ul>
          )}
          {editsTickets.value && (
            <form class="inline-form" onSubmit={(event) => void link(event)}>
              <input
                type="text"
                aria-label={t("link_number")}
                placeholder={t("link_number")}
                data-testid="link-number"
                value={other.value}
                onInput={(event) => (other.value = event.currentTarget.value)}
              />
              <Button type="submit" testid="link-ticket">{t("link_ticket")}</Button>
            </form>
          )}
        </>
      )}
    </section>
  );
}
