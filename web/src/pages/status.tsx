import { lists } from "../api/resources";
import type { TrunkStatus } from "../api/types";
import { moment } from "../lib/time";
import { useLoaded } from "../state/load";
import { server } from "../state/session";
import { language, t } from "../texts";
import { Icon } from "../ui/icon";
import { KeyValue, Loading } from "../ui/parts";

function trunkState(trunk: TrunkStatus): string {
  if (trunk.registered === null) return t("trunk_by_address");
  return trunk.registered ? t("trunk_registered") : t("trunk_refused", { status: trunk.status ?? "–" });
}

function Warnings({ warnings }: { warnings: readonly string[] }) {
  if (warnings.length === 0) return <p class="all-well"><Icon name="check" /> {t("status_no_warnings")}</p>;
  return (
    <ul class="warnings" data-testid="status-warnings">
      {warnings.map((warning) => <li key={warning}><Icon name="warning" /> {warning}</li>)}
    </ul>
  );
}

export function StatusPage() {
  const { state } = useLoaded(lists.status);
  const status = state.data;
  if (status === null) return state.problem === "" ? <Loading /> : <p class="problem" role="alert">{state.problem}</p>;
  const warnings = status.warnings ?? server.value?.warnings ?? [];
  return (
    <div class="page page-narrow" data-testid="status-page">
      <header class="page-head"><h1>{t("status_title")}</h1></header>
      <section class="card"><h2>{t("status_warnings")}</h2><Warnings warnings={warnings} /></section>
      <section class="card">
        <KeyValue
          items={[
            [t("status_version"), <span data-testid="status-version">{server.value?.version}</span>],
            [t("status_engine"), <span data-testid="status-engine">{status.engine}</span>],
            [t("status_backup"), <span data-testid="status-backup">{status.last_backup ? moment(status.last_backup, language.value) : t("status_no_backup")}</span>],
          ]}
        />
      </section>
      <section class="card" data-testid="status-trunks"><h2>{t("status_trunks")}</h2><KeyValue items={(status.trunks ?? []).map((trunk) => [trunk.name, trunkState(trunk)] as const)} /></section>
      <section class="card"><h2>{t("status_nodes")}</h2><KeyValue items={(status.nodes ?? []).map(({ name, started_at }) => [name, t("node_since", { moment: moment(started_at, language.value) })] as const)} /></section>
    </div>
  );
}
