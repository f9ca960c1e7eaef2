import type { ComponentChildren } from "preact";
import { lists } from "../api/resources";
import { useLoaded } from "../state/load";
import { server } from "../state/session";
import { t } from "../texts";
import { Icon } from "../ui/icon";
import { KeyValue, Loading } from "../ui/parts";

/** Whatever the engine says about itself, laid out by its own shape. */
function Shown({ value }: { value: unknown }): ComponentChildren {
  if (value === null || value === undefined || value === "") return t("none");
  if (Array.isArray(value)) {
    if (value.length === 0) return t("none");
    return <ul class="plain-list">{value.map((item, at) => <li key={at}><Shown value={item} /></li>)}</ul>;
  }
  if (typeof value === "object") {
    return <KeyValue items={Object.entries(value).map(([name, inner]) => [name, <Shown value={inner} />] as const)} />;
  }
  return typeof value === "boolean" ? <Icon name={value ? "check" : "close"} /> : String(value);
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
            [t("status_engine"), <span data-testid="status-engine"><Shown value={status.engine} /></span>],
          ]}
        />
      </section>
      <section class="card" data-testid="status-trunks"><h2>{t("status_trunks")}</h2><Shown value={status.trunks} /></section>
      <section class="card"><h2>{t("status_nodes")}</h2><Shown value={status.nodes} /></section>
    </div>
  );
}
