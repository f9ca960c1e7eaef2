import { useSignal } from "@preact/signals";
import { webhooks, type Webhook } from "../../api/integrations";
import { shortMoment } from "../../lib/time";
import { now } from "../../state/clock";
import { useLoaded } from "../../state/load";
import { attempt, notify } from "../../state/notices";
import { language, t, tryText } from "../../texts";
import { Button } from "../../ui/button";
import { Listed } from "../../ui/listed";
import { Empty } from "../../ui/parts";
import { Confirm } from "../accounts/dialogs";
import { OnceDialog } from "./once";
import { WebhookDialog } from "./webhook-dialog";

type Opened =
  | { what: "new" }
  | { what: "edit" | "remove" | "renew"; webhook: Webhook }
  | { what: "secret"; name: string; secret: string };

const at = (time: string) => shortMoment(time, now.value, language.value);

function State({ webhook }: { webhook: Webhook }) {
  if (webhook.disabled_at !== null) return <span class="tag tag-overdue">{t("webhook_disabled", { at: at(webhook.disabled_at) })}</span>;
  if (!webhook.active) return <span class="tag">{t("webhook_off")}</span>;
  if (webhook.failing_since !== null) return <span class="tag tag-overdue">{t("webhook_failing", { since: at(webhook.failing_since) })}</span>;
  return <span class="tag tag-closed">{t("webhook_on")}</span>;
}

function Row({ webhook, open, reload }: { webhook: Webhook; open: (opened: Opened) => void; reload: () => void }) {
  const turn = async (active: boolean) => {
    await attempt(() => webhooks.change(webhook.id, { active }));
    reload();
  };
  const ping = async () => {
    if ((await attempt(() => webhooks.ping(webhook.id))) !== undefined) notify("success", t("webhook_pinged"));
  };
  return (
    <tr data-testid="webhook-row" data-active={webhook.active}>
      <td class="cell-text"><strong>{webhook.name}</strong><small class="quiet" title={webhook.url}>{webhook.url}</small></td>
      <td class="cell-text">{webhook.events.map((event) => tryText(`event_${event}`)).join(", ")}</td>
      <td><State webhook={webhook} /></td>
      <td class="cell-actions">
        <a class="button button-quiet" href={`/webhooks/${webhook.id}`} data-testid="webhook-deliveries"><span class="button-text">{t("webhook_deliveries")}</span></a>
        <Button look="quiet" testid="webhook-ping" onClick={() => void ping()}>{t("webhook_ping")}</Button>
        <Button look="quiet" testid="webhook-edit" onClick={() => open({ what: "edit", webhook })}>{t("edit")}</Button>
        <Button look="quiet" testid="webhook-renew" onClick={() => open({ what: "renew", webhook })}>{t("webhook_new_secret")}</Button>
        <Button look="quiet" testid="webhook-turn" onClick={() => void turn(!webhook.active)}>{webhook.active ? t("webhook_switch_off") : t("webhook_switch_on")}</Button>
        <Button look="quiet" testid="webhook-remove" onClick={() => open({ what: "remove", webhook })}>{t("webhook_remove")}</Button>
      </td>
    </tr>
  );
}

function Table({ items, open, reload }: { items: readonly Webhook[]; open: (opened: Opened) => void; reload: () => void }) {
  return (
    <div class="table-wrap">
      <table class="list">
        <thead>
          <tr>
            <th scope="col">{t("webhook_name")}</th>
            <th scope="col">{t("webhook_events")}</th>
            <th scope="col">{t("col_state")}</th>
            <th scope="col"><span class="visually-hidden">{t("edit")}</span></th>
          </tr>
        </thead>
        <tbody>{items.map((webhook) => <Row key={webhook.id} webhook={webhook} open={open} reload={reload} />)}</tbody>
      </table>
    </div>
  );
}

export function WebhookList() {
  const { state, reload } = useLoaded(webhooks.list);
  const opened = useSignal<Opened | null>(null);
  const close = () => (opened.value = null);
  const remove = async (webhook: Webhook) => {
    await attempt(() => webhooks.remove(webhook.id));
    close();
    reload();
  };
  const renew = async ({ id, name }: Webhook) => {
    const made = await attempt(() => webhooks.newSecret(id));
    opened.value = made === undefined ? null : { what: "secret", name, secret: made.secret };
  };
  const done = (name: string, secret: string | null) => {
    opened.value = secret === null ? null : { what: "secret", name, secret };
    reload();
  };
  const { data } = state;
  const it = opened.value;
  return (
    <section aria-labelledby="webhooks-heading">
      <header class="page-head">
        <h2 id="webhooks-heading">{t("webhooks_heading")}</h2>
        <Button class="push-end" look="primary" testid="webhook-new" disabled={data === null} onClick={() => (opened.value = { what: "new" })}>{t("webhook_new")}</Button>
      </header>
      <p class="quiet">{t("webhooks_text")}</p>
      <Listed state={state} reload={reload} empty={<Empty icon="outgoing" title={t("webhooks_empty")} text={t("webhooks_empty_text")} />}>
        {(data) => (
          <Table items={data.items} open={(next) => (opened.value = next)} reload={reload} />
        )}
      </Listed>
      {(it?.what === "new" || it?.what === "edit") && (
        <WebhookDialog webhook={it.what === "edit" ? it.webhook : null} events={data?.events ?? []} onClose={close} onDone={done} />
      )}
      {it?.what === "remove" && <Confirm text={t("webhook_remove_ask", { name: it.webhook.name })} action={t("webhook_remove")} onClose={close} onConfirm={() => void remove(it.webhook)} />}
      {it?.what === "renew" && <Confirm text={t("webhook_new_secret_ask", { name: it.webhook.name })} action={t("webhook_new_secret")} onClose={close} onConfirm={() => void renew(it.webhook)} />}
      {it?.what === "secret" && <OnceDialog title={t("webhook_secret_title", { name: it.name })} text={t("webhook_secret_text")} secret={it.secret} onClose={close} />}
    </section>
  );
}
