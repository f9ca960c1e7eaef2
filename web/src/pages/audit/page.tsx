import type { ComponentChildren } from "preact";
import { type Look, privacy } from "../../api/privacy";
import { queryValue } from "../../lib/router";
import { moment } from "../../lib/time";
import { useLoaded } from "../../state/load";
import { language, t, type TextKey, tryText } from "../../texts";
import { QueryDate, QuerySearch, QuerySelect } from "../../ui/filters";
import { Listed } from "../../ui/listed";
import { Pager } from "../../ui/pager";
import { Empty } from "../../ui/parts";

const PAGE = 50;
const WHAT = ["ticket", "contact", "call", "recording", "vehicle", "search", "list", "blocked", "register", "export", "erase", "audit"] as const;
const COLUMNS: readonly TextKey[] = ["col_when", "col_who", "col_what_seen", "col_about", "col_page", "col_note"];

function about(look: Look): ComponentChildren {
  if (look.about === "") return t("none");
  if (look.what === "ticket") return <a href={`/tickets/${look.about}`}>{look.about}</a>;
  if (look.what === "contact") return <a href={`/contacts/${look.about}`}>{look.about.slice(-8)}</a>;
  return <span title={look.about}>{look.about.slice(-8)}</span>;
}

/** Who saw whose data. */
export function AuditPage() {
  const { state, reload } = useLoaded(() => {
    const names = ["by", "what", "about", "from", "to", "cursor"] as const;
    return privacy.audit({ ...Object.fromEntries(names.map((name) => [name, queryValue(name)])), limit: PAGE });
  });
  return (
    <div class="page" data-testid="audit-page" aria-busy={state.loading}>
      <header class="page-head">
        <h1>{t("audit_title")}</h1>
        <p class="quiet">{t("audit_text")}</p>
        <a class="push-end" href="/privacy" data-testid="privacy-open">{t("privacy_title")}</a>
      </header>
      <div class="filters">
        <QuerySearch name="by" label={t("audit_by")} />
        <QuerySearch name="about" label={t("audit_about")} />
        <QuerySelect name="what" label={t("col_what_seen")} options={WHAT.map((each) => [each, t(`audit_${each}`)] as const)} />
        <QueryDate name="from" label={t("from")} />
        <QueryDate name="to" label={t("to")} />
      </div>
      <Listed state={state} reload={reload} empty={<Empty icon="search" title={t("audit_empty")} text={t("audit_empty_text")} />}>
        {(page) => (
          <>
            <div class="table-wrap">
              <table class="list">
                <thead><tr>{COLUMNS.map((column) => <th key={column} scope="col">{t(column)}</th>)}</tr></thead>
                <tbody>
                  {page.items.map((look) => (
                    <tr key={look.id} data-testid="audit-row" data-what={look.what}>
                      <td class="digits"><time dateTime={look.at}>{moment(look.at, language.value)}</time></td>
                      <td>{look.by}<small>{tryText(`role_${look.role}`)}</small></td>
                      <td>{tryText(`audit_${look.what}`)}</td>
                      <td class="digits">{about(look)}</td>
                      <td class="cell-text">{look.page || t("none")}</td>
                      <td class="cell-text">{look.note || t("none")}</td>
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
