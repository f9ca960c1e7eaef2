import { useSignal } from "@preact/signals";
import { type ContactLine, contacts } from "../../api/contacts";
import { attempt } from "../../state/notices";
import { t } from "../../texts";
import { Button } from "../../ui/button";

const MOST = 5;

/** Finds another contact by name, number or plate, to be merged with. */
export function FindContact({ but, choose }: { but: readonly string[]; choose: (contact: ContactLine) => void }) {
  const typed = useSignal("");
  const found = useSignal<readonly ContactLine[] | null>(null);
  const find = async (event: Event) => {
    event.preventDefault();
    if (typed.value.trim() === "") return;
    const page = await attempt(() => contacts.list({ q: typed.value.trim(), limit: MOST + but.length }));
    if (page !== undefined) found.value = page.items.filter((each) => !but.includes(each.id)).slice(0, MOST);
  };
  return (
    <>
      <form class="inline-form" onSubmit={(event) => void find(event)}>
        <input
          type="search"
          aria-label={t("contacts_search")}
          placeholder={t("contacts_search")}
          data-testid="merge-search"
          value={typed.value}
          onInput={(event) => (typed.value = event.currentTarget.value)}
        />
        <Button type="submit" testid="merge-find">{t("contact_merge_find")}</Button>
      </form>
      {found.value !== null && found.value.length === 0 && <p class="quiet" role="status">{t("contacts_empty")}</p>}
      <ul class="plain-lines">
        {(found.value ?? []).map((each) => (
          <li key={each.id}>
            <span>{each.name || t("contact_unnamed")}</span> <span class="digits quiet">{each.numbers.join(", ")}</span>
            <Button look="quiet" testid={`merge-${each.id}`} onClick={() => choose(each)}>{t("contact_merge")}</Button>
          </li>
        ))}
      </ul>
    </>
  );
}
