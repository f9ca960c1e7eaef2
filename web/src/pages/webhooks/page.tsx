import { t } from "../../texts";
import { ApiKeys } from "./api-keys";
import { WebhookList } from "./list";

/** What other programs get from here and may do here: webhooks, and the keys of portals. */
export function WebhooksPage() {
  return (
    <div class="page" data-testid="webhooks-page">
      <h1 class="visually-hidden">{t("webhooks_title")}</h1>
      <WebhookList />
      <ApiKeys />
    </div>
  );
}
