import { useSignal } from "@preact/signals";
import { webhooks, type Webhook } from "../../api/integrations";
import { errorOf, type FieldProblems, fieldProblems } from "../../state/refusals";
import { t, tryText } from "../../texts";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Labelled } from "../../ui/parts";

interface Props {
  webhook: Webhook | null;
  /** All that can be chosen. */
  events: readonly string[];
  onClose: () => void;
  /** With the secret of a new one, `null` after a change. */
  onDone: (name: string, secret: string | null) => void;
}

const USUAL = ["ticket.opened", "ticket.closed"];

/** A new webhook (`webhook` null) or a change of one. */
export function WebhookDialog({ webhook, events, onClose, onDone }: Props) {
  const name = useSignal(webhook?.name ?? "");
  const url = useSignal(webhook?.url ?? "");
  const chosen = useSignal<readonly string[]>(webhook?.events ?? USUAL);
  const errors = useSignal<FieldProblems>({});

  const store = async () => {
    const fields = { name: name.value.trim(), url: url.value.trim(), events: [...chosen.value] };
    if (webhook === null) return (await webhooks.create(fields)).secret;
    await webhooks.change(webhook.id, fields);
    return null;
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    errors.value = {};
    try {
      onDone(name.value.trim(), await store());
    } catch (error) {
      errors.value = fieldProblems(error);
    }
  };
  const problem = (field: string) => errorOf(errors.value, field);
  const toggle = (event: string, wanted: boolean) => {
    chosen.value = events.filter((each) => (each === event ? wanted : chosen.value.includes(each)));
  };

  return (
    <Dialog title={webhook === null ? t("webhook_new") : t("webhook_edit")} onClose={onClose} testid="webhook-dialog">
      <form onSubmit={(event) => void submit(event)}>
        <Labelled label={t("webhook_name")} for="webhook-name" {...problem("name")}>
          <input id="webhook-name" type="text" required autocomplete="off" data-testid="webhook-name" value={name.value} onInput={(event) => (name.value = event.currentTarget.value)} />
        </Labelled>
        <Labelled label={t("webhook_url")} for="webhook-url" {...problem("url")}>
          <input id="webhook-url" type="url" required autocomplete="off" spellcheck={false} data-testid="webhook-url" value={url.value} onInput={(event) => (url.value = event.currentTarget.value)} />
        </Labelled>
        <fieldset class="choices">
          <legend>{t("webhook_events")}</legend>
          {events.map((event) => (
            <label key={event}>
              <input type="checkbox" checked={chosen.value.includes(event)} data-testid={`webhook-event-${event}`} onChange={(change) => toggle(event, change.currentTarget.checked)} />
              <span>{tryText(`event_${event}`)} <small class="quiet">{event}</small></span>
            </label>
          ))}
        </fieldset>
        <p class="problem" role="alert" hidden={errors.value[""] === undefined && errors.value["events"] === undefined}>{errors.value[""] ?? errors.value["events"]}</p>
        <footer class="dialog-foot">
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button type="submit" look="primary" disabled={chosen.value.length === 0} testid="webhook-save">{webhook === null ? t("webhook_add") : t("save")}</Button>
        </footer>
      </form>
    </Dialog>
  );
}
