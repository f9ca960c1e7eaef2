import { useSignal } from "@preact/signals";
import { type PersonReport, privacy, type Retention, type Tally, type Whose } from "../../api/privacy";
import { save } from "../../lib/save";
import { useLoaded } from "../../state/load";
import { attempt } from "../../state/notices";
import { t, type TextKey } from "../../texts";
import { Button } from "../../ui/button";
import { Labelled, Loading } from "../../ui/parts";
import { Confirm } from "../accounts/dialogs";

const SHORTEST_REASON = 5;
const ROWS: readonly (readonly [string, TextKey, (overdue: Tally) => number])[] = [
  ["recordings", "data_recordings", (overdue) => overdue.recordings],
  ["caller", "data_caller", (overdue) => overdue.tickets_caller],
  ["words", "data_words", (overdue) => overdue.tickets_words],
  ["paper", "data_paper", (overdue) => overdue.paper],
  ["audit", "data_audit", (overdue) => overdue.audit],
];

function Rules({ rules }: { rules: Retention }) {
  return (
    <>
      <p class="quiet">{t(`retention_${rules.nightly}`, { at: rules.at })}</p>
      <div class="table-wrap">
        <table class="list" data-testid="retention">
          <thead>
            <tr><th scope="col">{t("col_data")}</th><th scope="col">{t("col_kept")}</th><th scope="col">{t("col_overdue")}</th></tr>
          </thead>
          <tbody>
            {ROWS.map(([name, label, overdue]) => {
              const days = rules.keep_days[name] ?? null;
              return (
                <tr key={name}>
                  <td>{t(label)}</td>
                  <td class="digits">{days === null ? t("kept_for_good") : t("kept_days", { days })}</td>
                  <td class="digits cell-number">{overdue(rules.overdue)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Found({ report }: { report: PersonReport }) {
  const { tickets, calls, recordings, filings, erased } = report;
  return (
    <div data-testid="person-report" role="status">
      <p class="digits">{[...report.numbers, ...report.plates].join(", ")}</p>
      <p>
        {erased === null
          ? t("privacy_found", { tickets, calls, recordings })
          : t("privacy_erased", { tickets: erased.tickets_caller, calls: erased.calls, recordings: erased.recordings })}
      </p>
      {erased === null && filings > 0 && <p>{t("privacy_filings", { filings })}</p>}
      {report.open.length > 0 && <p class="due-late">{t("privacy_open", { numbers: report.open.join(", ") })}</p>}
      {report.blocked && <p class="quiet">{t("privacy_blocked")}</p>}
    </div>
  );
}

/** One person's data: looked for first, then taken out or erased, each with its ground. */
function Request() {
  const [number, plate, email, reason] = [useSignal(""), useSignal(""), useSignal(""), useSignal("")];
  const report = useSignal<PersonReport | null>(null);
  const busy = useSignal(false);
  const asking = useSignal(false);
  const whose = (): Whose => ({ number: number.value.trim(), plate: plate.value.trim(), email: email.value.trim() });
  const run = async <T,>(work: () => Promise<T>): Promise<T | undefined> => {
    busy.value = true;
    const done = await attempt(work);
    busy.value = false;
    return done;
  };
  const find = async (event: Event) => {
    event.preventDefault();
    report.value = (await run(() => privacy.find(whose()))) ?? null;
  };
  const take = async () => {
    const taken = await run(() => privacy.export(whose(), reason.value));
    if (taken !== undefined) save(taken.name, taken.file);
  };
  const erase = async () => {
    asking.value = false;
    const done = await run(() => privacy.erase(whose(), reason.value));
    if (done !== undefined) report.value = done;
  };
  const typed = (signal: typeof number) => (event: Event) => {
    signal.value = (event.currentTarget as HTMLInputElement).value;
    if (signal !== reason) report.value = null; // what was found is of somebody else
  };
  const ready = reason.value.trim().length >= SHORTEST_REASON && !busy.value;
  return (
    <section class="card privacy-request">
      <h2>{t("privacy_request")}</h2>
      <p class="quiet">{t("privacy_request_text")}</p>
      <form onSubmit={(event) => void find(event)}>
        <Labelled label={t("privacy_number")} for="privacy-number">
          <input id="privacy-number" type="tel" autocomplete="off" data-testid="privacy-number" value={number.value} onInput={typed(number)} />
        </Labelled>
        <Labelled label={t("privacy_or_plate")} for="privacy-plate">
          <input id="privacy-plate" type="text" autocomplete="off" data-testid="privacy-plate" value={plate.value} onInput={typed(plate)} />
        </Labelled>
        <Labelled label={t("privacy_or_email")} for="privacy-email" hint={t("privacy_or_email_hint")}>
          <input id="privacy-email" type="email" autocomplete="off" data-testid="privacy-email" value={email.value} onInput={typed(email)} />
        </Labelled>
        <Button type="submit" look="primary" busy={busy.value} testid="privacy-find">{t("privacy_find")}</Button>
      </form>
      {report.value !== null && (
        <>
          <Found report={report.value} />
          {report.value.erased === null && (
            <>
              <Labelled label={t("privacy_reason")} for="privacy-reason" hint={t("privacy_reason_hint")}>
                <input id="privacy-reason" type="text" autocomplete="off" data-testid="privacy-reason" value={reason.value} onInput={typed(reason)} />
              </Labelled>
              <div class="button-row">
                <Button disabled={!ready} testid="privacy-export" onClick={() => void take()}>{t("privacy_export")}</Button>
                <Button look="danger" disabled={!ready} testid="privacy-erase" onClick={() => (asking.value = true)}>{t("privacy_erase")}</Button>
              </div>
            </>
          )}
        </>
      )}
      {asking.value && <Confirm text={t("privacy_erase_ask")} action={t("privacy_erase")} onClose={() => (asking.value = false)} onConfirm={() => void erase()} />}
    </section>
  );
}

export function PrivacyPage() {
  const { state, reload } = useLoaded(privacy.retention);
  return (
    <div class="page" data-testid="privacy-page" aria-busy={state.loading}>
      <header class="page-head">
        <h1>{t("privacy_title")}</h1>
        <a class="push-end" href="/audit">{t("audit_title")}</a>
      </header>
      <Request />
      <section class="card">
        <h2>{t("retention_title")}</h2>
        {state.problem !== "" && <p class="problem" role="alert">{state.problem} <Button onClick={reload}>{t("try_again")}</Button></p>}
        {state.data === null ? state.problem === "" && <Loading /> : <Rules rules={state.data} />}
      </section>
    </div>
  );
}
