import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { lists } from "../api/resources";
import type { DirectoryEntry } from "../api/types";
import { can, handOver } from "../state/call";
import { useLoaded } from "../state/load";
import { operators } from "../state/live";
import { local, t, tryText } from "../texts";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Icon, type IconName } from "../ui/icon";
import { foundTargets, keyOf } from "./targets";

const KIND_ICONS: Record<DirectoryEntry["kind"], IconName> = {
  operator: "phone",
  queue: "clock",
  coordinator: "person",
  pic: "person",
  number: "outgoing",
};

const stateText = (entry: DirectoryEntry): string =>
  entry.state === null ? t(entry.available ? "target_free" : "target_away") : tryText(`state_${entry.state}`);

function Option({ entry, id, active, onPick }: { entry: DirectoryEntry; id: string; active: boolean; onPick: () => void }) {
  return (
    <div
      id={id}
      role="option"
      class="transfer-item"
      aria-selected={active}
      aria-disabled={!entry.available}
      data-active={active}
      data-testid={`transfer-item-${keyOf(entry)}`}
      onClick={onPick}
    >
      <Icon name={KIND_ICONS[entry.kind]} />
      <span class="transfer-name">{local(entry.label)}</span>
      <small>{entry.kind === "number" ? "" : t(`kind_${entry.kind}`)}</small>
      <span class={entry.available ? "transfer-state transfer-free" : "transfer-state"}>
        {entry.kind !== "number" && <><Icon name={entry.available ? "ready" : "offline"} /> {stateText(entry)}</>}
      </span>
    </div>
  );
}

/** One field over everybody who can be reached; Enter consults first, Ctrl+Enter hands over at once. */
export function TransferDialog({ onClose }: { onClose: () => void }) {
  const typed = useSignal("");
  const active = useSignal(0);
  const busy = useSignal(false);
  const list = useRef<HTMLDivElement>(null);
  const { state } = useLoaded(() => {
    void operators.value; // their states are part of the list
    return lists.directory();
  });
  const directory = state.data;
  const shown = directory === null ? [] : foundTargets(directory, typed.value);
  const index = Math.min(active.value, shown.length - 1);
  const target = shown[index];
  const may = { transfer: can("transfer") && target?.available === true, consult: can("consult") && target?.available === true };

  useEffect(() => {
    list.current?.querySelector("[data-active=true]")?.scrollIntoView({ block: "nearest" });
  });

  const go = async (how: "transfer" | "consult") => {
    if (target === undefined || !may[how] || busy.value) return;
    busy.value = true;
    const done = await handOver(how, target);
    busy.value = false;
    if (done) onClose();
  };
  const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = steps[event.key];
    if (step !== undefined) active.value = Math.max(0, Math.min(shown.length - 1, index + step));
    else if (event.key === "Enter") void go(event.ctrlKey || !may.consult ? "transfer" : "consult");
    else return;
    event.preventDefault();
    event.stopPropagation(); // Ctrl+Enter means the ticket's next step elsewhere
  };

  return (
    <Dialog title={t("transfer_title")} onClose={onClose} testid="transfer-dialog">
      <div class="transfer">
        <div class="search" role="search">
          <Icon name="search" />
          <input
            type="text"
            role="combobox"
            autofocus
            autocomplete="off"
            spellcheck={false}
            aria-expanded="true"
            aria-controls="transfer-list"
            aria-activedescendant={target === undefined ? undefined : `target-${keyOf(target)}`}
            aria-label={t(directory?.numbers === false ? "transfer_search_only" : "transfer_search")}
            placeholder={t(directory?.numbers === false ? "transfer_search_only" : "transfer_search")}
            data-testid="transfer-search"
            value={typed.value}
            onInput={(event) => {
              typed.value = event.currentTarget.value;
              active.value = 0;
            }}
            onKeyDown={onKeyDown}
          />
        </div>
        <div ref={list} class="transfer-list" id="transfer-list" role="listbox" aria-label={t("transfer_results")}>
          {shown.map((entry, at) => (
            <Option key={keyOf(entry)} id={`target-${keyOf(entry)}`} entry={entry} active={at === index} onPick={() => (active.value = at)} />
          ))}
        </div>
        <p class="quiet transfer-rule" role="status">
          {directory === null ? state.problem || t("loading") : shown.length === 0 ? t("transfer_none") : ""} {directory !== null && local(directory.rule)}
        </p>
        <div class="dialog-foot">
          <Button icon="transfer" keys="Ctrl+Enter" title={t("transfer_blind_hint")} disabled={!may.transfer} testid="transfer-blind" onClick={() => void go("transfer")}>{t("transfer_blind")}</Button>
          <Button look="primary" icon="talking" keys="Enter" title={t("transfer_consult_hint")} disabled={!may.consult} testid="transfer-consult" onClick={() => void go("consult")}>{t("transfer_consult")}</Button>
        </div>
      </div>
    </Dialog>
  );
}
