import { useSignal } from "@preact/signals";
import { apiKeys, type ApiKey } from "../../api/integrations";
import { shortMoment } from "../../lib/time";
import { now } from "../../state/clock";
import { useLoaded } from "../../state/load";
import { attempt } from "../../state/notices";
import { language, t } from "../../texts";
import { Button } from "../../ui/button";
import { Listed } from "../../ui/listed";
import { Confirm } from "../accounts/dialogs";
import { OnceDialog } from "./once";

const at = (time: string) => shortMoment(time, now.value, language.value);

function Row({ made, onWithdraw }: { made: ApiKey; onWithdraw: () => void }) {
  return (
    <tr data-testid="api-key-row" class={made.withdrawn_at === null ? "" : "row-inactive"}>
      <td><strong>{made.name}</strong></td>
      <td class="digits">{at(made.created_at)} · {made.created_by}</td>
      <td class="digits">{made.last_used_at === null ? t("api_key_never") : at(made.last_used_at)}</td>
      <td class="cell-actions">
        {made.withdrawn_at === null ? (
          <Button look="quiet" testid="api-key-withdraw" onClick={onWithdraw}>{t("api_key_withdraw")}</Button>
        ) : (
          <span class="tag">{t("api_key_withdrawn", { at: at(made.withdrawn_at) })}</span>
        )}
      </td>
    </tr>
  );
}

function NewKey({ onMade }: { onMade: (name: string, key: string) => void }) {
  const name = useSignal("");
  const submit = async (event: Event) => {
    event.preventDefault();
    const made = await attempt(() => apiKeys.create(name.value.trim()));
    if (made === undefined) return;
    name.value = "";
    onMade(made.name, made.key);
  };
  return (
    <form class="one-line-form" onSubmit={(event) => void submit(event)}>
      <label for="api-key-name">{t("api_key_name")}</label>
      <input id="api-key-name" type="text" required maxLength={100} autocomplete="off" data-testid="api-key-name" value={name.value} onInput={(event) => (name.value = event.currentTarget.value)} />
      <Button type="submit" testid="api-key-new" disabled={name.value.trim() === ""}>{t("api_key_new")}</Button>
    </form>
  );
}

export function ApiKeys() {
  const { state, reload } = useLoaded(apiKeys.list);
  const told = useSignal<{ name: string; key: string } | null>(null);
  const withdrawing = useSignal<ApiKey | null>(null);
  const withdraw = async (made: ApiKey) => {
    await attempt(() => apiKeys.withdraw(made.id));
    withdrawing.value = null;
    reload();
  };
  return (
    <section class="page-section" aria-labelledby="api-keys-heading">
      <header class="page-head"><h2 id="api-keys-heading">{t("api_keys_heading")}</h2></header>
      <p class="quiet">{t("api_keys_text", { address: `${location.origin}/open311/v2` })}</p>
      <NewKey
        onMade={(name, key) => {
          told.value = { name, key };
          reload();
        }}
      />
      <Listed state={state} reload={reload} empty={<p class="quiet" data-testid="api-keys-empty">{t("api_keys_empty")}</p>}>
        {(list) => (
          <div class="table-wrap">
            <table class="list">
              <thead>
                <tr>
                  <th scope="col">{t("api_key_name")}</th>
                  <th scope="col">{t("api_key_made")}</th>
                  <th scope="col">{t("api_key_used")}</th>
                  <th scope="col"><span class="visually-hidden">{t("api_key_withdraw")}</span></th>
                </tr>
              </thead>
              <tbody>{list.items.map((made) => <Row key={made.id} made={made} onWithdraw={() => (withdrawing.value = made)} />)}</tbody>
            </table>
          </div>
        )}
      </Listed>
      {told.value !== null && <OnceDialog title={t("api_key_title", { name: told.value.name })} text={t("api_key_text")} secret={told.value.key} onClose={() => (told.value = null)} />}
      {withdrawing.value !== null && (
        <Confirm text={t("api_key_withdraw_ask", { name: withdrawing.value.name })} action={t("api_key_withdraw")} onClose={() => (withdrawing.value = null)} onConfirm={() => withdrawing.value !== null && void withdraw(withdrawing.value)} />
      )}
    </section>
  );
}
