import { useRef } from "preact/hooks";
import { useSignal } from "@preact/signals";
import type { VehicleSource } from "../../api/vehicles";
import { moment } from "../../lib/time";
import { count } from "../../lib/vehicle-words";
import { useVehicleImport } from "../../state/vehicle-import";
import { personName } from "../../state/reference";
import { language, t } from "../../texts";
import { Button } from "../../ui/button";
import { Empty, KeyValue, Labelled, Loading } from "../../ui/parts";
import { Course } from "./course";

function InUse({ source }: { source: VehicleSource }) {
  const { table } = source;
  return (
    <section class="card" data-testid="vehicles-table">
      <h2>{t("vehicles_table")}</h2>
      {table === null ? (
        <Empty icon="info" title={t("vehicles_none_yet")} text={t("vehicles_none_yet_text")} />
      ) : (
        <KeyValue
          items={[
            [t("vehicles_rows"), <span class="digits" data-testid="vehicles-rows">{count(table.rows, language.value)}</span>],
            [t("vehicles_left_out"), <span class="digits">{count(table.refused, language.value)}</span>],
            [t("vehicles_file"), table.file],
            [t("vehicles_imported"), t("vehicles_imported_by", { time: moment(table.imported_at, language.value), by: personName(table.by) })],
          ]}
        />
      )}
    </section>
  );
}

function ImportForm({ busy, send }: { busy: boolean; send: (file: File) => Promise<void> }) {
  const input = useRef<HTMLInputElement>(null);
  const chosen = useSignal<File | null>(null);
  const submit = async () => {
    if (chosen.value === null) return;
    await send(chosen.value);
    chosen.value = null;
    if (input.current !== null) input.current.value = "";
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Labelled label={t("vehicles_choose")} for="vehicles-file">
        <input
          ref={input}
          id="vehicles-file"
          type="file"
          accept=".csv,.txt,.xlsx"
          disabled={busy}
          aria-describedby="vehicles-file-hint"
          data-testid="vehicles-file"
          onChange={(event) => (chosen.value = event.currentTarget.files?.[0] ?? null)}
        />
      </Labelled>
      <Button type="submit" look="primary" busy={busy} disabled={chosen.value === null} testid="vehicles-start">{t("vehicles_start")}</Button>
    </form>
  );
}

/** Where operators' look-ups go, and how the local table is filled. */
export function VehiclesPage() {
  const { state, reload, send, sending, running } = useVehicleImport();
  const source = state.data;
  return (
    <div class="page page-narrow" data-testid="vehicles-page">
      <header class="page-head"><h1>{t("vehicles_title")}</h1></header>
      {state.problem !== "" && <p class="problem" role="alert">{state.problem} <Button onClick={reload}>{t("try_again")}</Button></p>}
      {source === null ? (
        state.problem === "" && <Loading />
      ) : (
        <>
          <section class="card">
            <KeyValue items={[[t("vehicles_source"), <span data-testid="vehicles-source">{t(`vehicles_source_${source.source}`)}</span>]]} />
            {source.source !== "table" && <p class="quiet">{t("vehicles_unused")}</p>}
          </section>
          <InUse source={source} />
          <section class="card vehicles-import">
            <h2>{t("vehicles_import")}</h2>
            <p class="quiet">{t("vehicles_import_text")}</p>
            <ImportForm busy={running || sending !== null} send={send} />
            <Course sending={sending} job={source.job} />
          </section>
        </>
      )}
    </div>
  );
}
