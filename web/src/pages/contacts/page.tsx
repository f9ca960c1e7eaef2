import { useSignal } from "@preact/signals";
import { type Contact, type ContactLine, type ContactMerge, contacts } from "../../api/contacts";
import { moment } from "../../lib/time";
import { useLoaded } from "../../state/load";
import { attempt } from "../../state/notices";
import { formatNumber } from "../../state/people";
import { blocksCallers, editsTickets } from "../../state/session";
import { personName } from "../../state/reference";
import { language, t } from "../../texts";
import { TicketLines } from "../../ticket/summary";
import { Button } from "../../ui/button";
import { Empty, KeyValue, Loading } from "../../ui/parts";
import { Confirm } from "../accounts/dialogs";
import { BlockDialog } from "./block-dialog";
import { FindContact } from "./find";

const when = (at: string) => moment(at, language.value);
const nameOf = (contact: ContactLine): string => contact.name || t("contact_unnamed");

function Related({ contact, merge }: { contact: Contact; merge: (other: ContactLine) => void }) {
  return (
    <section class="card">
      <h2>{t("contact_related")}</h2>
      {contact.related.length === 0 ? <p class="quiet">{t("contact_related_none")}</p> : (
        <ul class="plain-lines">
          {contact.related.map((other) => (
            <li key={other.id}>
              <a href={`/contacts/${other.id}`}>{nameOf(other)}</a> <span class="digits quiet">{other.numbers.join(", ")}</span>
              {editsTickets.value && <Button look="quiet" testid={`merge-${other.id}`} onClick={() => merge(other)}>{t("contact_merge")}</Button>}
            </li>
          ))}
        </ul>
      )}
      {editsTickets.value && (
        <>
          <h3>{t("contact_merge_other")}</h3>
          <FindContact but={contact.ids} choose={merge} />
        </>
      )}
    </section>
  );
}

function Merges({ merges, separate }: { merges: readonly ContactMerge[]; separate: (merge: ContactMerge) => void }) {
  if (merges.length === 0) return null;
  return (
    <section class="card">
      <h2>{t("contact_merges")}</h2>
      <ul class="plain-lines">
        {merges.map((merge) => (
          <li key={merge.id} data-testid="contact-merge" data-undone={merge.undone_at !== null}>
            <span>{t("contact_merged_by", { by: personName(merge.by), at: when(merge.at) })}</span>
            {merge.undone_at !== null ? (
              <small class="quiet">{t("undone_by", { by: personName(merge.undone_by), at: when(merge.undone_at) })}</small>
            ) : (
              editsTickets.value && <Button look="quiet" testid="merge-undo" onClick={() => separate(merge)}>{t("contact_separate")}</Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Body({ contact, reload }: { contact: Contact; reload: () => void }) {
  const merging = useSignal<ContactLine | null>(null);
  const blocking = useSignal("");
  const closed = contact.history.filter((ticket) => ticket.step === "closed");
  const change = async (work: () => Promise<unknown>) => {
    await attempt(work);
    merging.value = null;
    reload();
  };
  return (
    <div class="page" data-testid="contact-page">
      <header class="page-head"><h1 data-testid="contact-name">{nameOf(contact)}</h1></header>
      <div class="ticket-columns">
        <div class="ticket-main">
          <section class="card past contact-tickets">
            <h2>{t("contact_open")}</h2>
            {contact.open.length === 0 ? <p class="quiet">{t("contact_open_none")}</p> : <TicketLines tickets={contact.open} testid="contact-open" />}
            <h2>{t("contact_history")}</h2>
            {closed.length === 0 ? <p class="quiet">{t("contact_history_none")}</p> : <TicketLines tickets={closed} testid="contact-history" />}
          </section>
        </div>
        <aside class="ticket-side" aria-label={t("caller")}>
          <section class="card">
            <h2>{t("caller")}</h2>
            <KeyValue
              items={[
                [t("contact_plates"), <span class="digits">{contact.plates.join(", ") || t("none")}</span>],
                [t("contact_since"), when(contact.created_at)],
                [t("contact_seen"), when(contact.seen_at)],
              ]}
            />
            <h3>{t("contact_numbers")}</h3>
            {contact.numbers.length === 0 && <p class="quiet">{t("none")}</p>}
            <ul class="plain-lines" data-testid="contact-numbers">
              {contact.numbers.map((number) => (
                <li key={number}>
                  <span class="digits">{formatNumber(number)}</span>
                  {blocksCallers.value && <Button look="quiet" testid="block-open" onClick={() => (blocking.value = number)}>{t("block")}</Button>}
                </li>
              ))}
            </ul>
          </section>
          <Related contact={contact} merge={(other) => (merging.value = other)} />
          <Merges merges={contact.merges} separate={(merge) => void change(() => contacts.separate(contact.id, merge.id))} />
        </aside>
      </div>
      {merging.value !== null && (
        <Confirm
          text={t("contact_merge_ask", { name: nameOf(merging.value) })}
          action={t("contact_merge")}
          onClose={() => (merging.value = null)}
          onConfirm={() => void change(() => contacts.merge(contact.id, merging.value?.id ?? ""))}
        />
      )}
      {blocking.value !== "" && <BlockDialog number={blocking.value} onClose={() => (blocking.value = "")} onDone={() => (blocking.value = "")} />}
    </div>
  );
}

/** One person: numbers, plates, tickets, and who else it may be. */
export function ContactPage({ id }: { id: string }) {
  const { state, reload } = useLoaded(() => contacts.one(id));
  if (state.data === null) {
    return state.problem === "" ? <Loading /> : <Empty icon="info" title={t("contact_missing")} text={state.problem}><a href="/contacts">{t("contacts_title")}</a></Empty>;
  }
  return <Body contact={state.data} reload={reload} />;
}
