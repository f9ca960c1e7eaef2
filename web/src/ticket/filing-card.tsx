import { filings } from "../api/integrations";
import type { Ticket } from "../api/types";
import { moment } from "../lib/time";
import { useLoaded } from "../state/load";
import { language, t } from "../texts";
import { KeyValue } from "../ui/parts";

/** How else to answer a request that a portal filed. */
export function FilingCard({ number }: { number: Ticket["number"] }) {
  const { state } = useLoaded(() => filings.of(number));
  const filing = state.data;
  if (filing === null) return state.problem === "" ? null : <section class="card"><h2>{t("filing_title")}</h2><p class="problem" role="alert">{state.problem}</p></section>;
  const lines = [
    [t("filing_portal"), filing.portal],
    [t("filing_at"), moment(filing.filed_at, language.value)],
    [t("filing_email"), filing.email === "" ? "" : <a href={`mailto:${filing.email}`}>{filing.email}</a>],
    [t("filing_address"), filing.address],
    [t("filing_place"), filing.lat === null || filing.long === null ? "" : `${filing.lat}, ${filing.long}`],
    [t("filing_account"), filing.account],
    [t("filing_media"), filing.media_url === "" ? "" : <a href={filing.media_url} target="_blank" rel="noopener noreferrer">{filing.media_url}</a>],
  ] as const;
  return (
    <section class="card" data-testid="filing-card">
      <h2>{t("filing_title")}</h2>
      <KeyValue items={lines.filter(([, value]) => value !== "")} />
      <p class="quiet">{t("filing_answer")}</p>
    </section>
  );
}
