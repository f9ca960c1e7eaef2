import { contacts } from "../../api/contacts";
import { queryValue } from "../../lib/router";
import { shortMoment } from "../../lib/time";
import { now } from "../../state/clock";
import { useLoaded } from "../../state/load";
import { formatNumber } from "../../state/people";
import { blocksCallers } from "../../state/session";
import { language, t } from "../../texts";
import { QuerySearch } from "../../ui/filters";
import { Listed } from "../../ui/listed";
import { Pager } from "../../ui/pager";
import { Empty } from "../../ui/parts";

const PAGE = 25;

/** Who called, last seen first. */
export function ContactsPage() {
  const { state, reload } = useLoaded(() => contacts.list({ q: queryValue("q"), cursor: queryValue("cursor"), limit: PAGE }));
  return (
    <div class="page" data-testid="contacts-page" aria-busy={state.loading}>
      <header class="page-head">
        <h1>{t("contacts_title")}</h1>
        {blocksCallers.value && <a class="push-end" href="/blocked" data-testid="blocked-open">{t("blocked_title")}</a>}
      </header>
      <div class="filters"><QuerySearch name="q" label={t("contacts_search")} /></div>
      <Listed state={state} reload={reload} empty={<Empty icon="search" title={t("contacts_empty")} text={t("contacts_empty_text")} />}>
        {(page) => (
          <>
            <div class="table-wrap">
              <table class="list">
                <thead>
                  <tr>
                    <th scope="col">{t("full_name")}</th>
                    <th scope="col">{t("contact_numbers")}</th>
                    <th scope="col">{t("contact_plates")}</th>
                    <th scope="col">{t("contact_seen")}</th>
                  </tr>
                </thead>
                <tbody>
                  {page.items.map((contact) => (
                    <tr key={contact.id} data-testid="contact-row">
                      <td><a href={`/contacts/${contact.id}`}>{contact.name || t("contact_unnamed")}</a></td>
                      <td class="digits">{contact.numbers.map(formatNumber).join(", ") || t("none")}</td>
                      <td class="digits">{contact.plates.join(", ") || t("none")}</td>
                      <td class="digits"><time dateTime={contact.seen_at}>{shortMoment(contact.seen_at, now.value, language.value)}</time></td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
            <Pager shown={page.items.length} size={PAGE} total={page.total} next={page.next} />
          </>
        )}
      </Listed>
    </div>
  );
}
