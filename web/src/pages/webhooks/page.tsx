import { t } from "../../texts";
import { ApiKeys } from "./api-keys";
import { WebhookList } from "./list";

/** What other programs get from here and may do here: webhooks, and the keys of portals; and what people are mailed. */
export function WebhooksPage() {
  return (
    <div class="page" data-testid="webhooks-page">
      <h1 class="visually-hidden">{t("webhooks_title")}</h1>
      <WebhookList />
      <section aria-labelledby="mails-heading">
        <header class="page-head">
          <h2 id="mails-heading">{t("mails_heading")}</h2>
          <a class="button button-quiet push-end" href="/webhooks/mail" data-testid="mails-open"><span class="button-text">{t("webhook_deliveries")}</span></a>
        </header>
        <p class="quiet">{t("mails_text")}</p>
      </section>
      <ApiKeys />
    </div>
  );
}
