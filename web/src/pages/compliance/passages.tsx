import { useEffect, useRef } from "preact/hooks";
import { compliance, type Cut, type Passage } from "../../api/compliance";
import { clock, shortMoment } from "../../lib/time";
import { queryValue } from "../../lib/router";
import { now } from "../../state/clock";
import { useLoaded } from "../../state/load";
import { categoryLabel, personName } from "../../state/reference";
import { language, t, type TextKey } from "../../texts";
import { Button } from "../../ui/button";
import { Loading } from "../../ui/parts";
import { clockText, keyText } from "./words";

const COLUMNS: readonly TextKey[] = ["col_ticket", "col_created", "field_step", "col_operator", "by_category", "col_own_standard", "col_waited"];

function Row({ item }: { item: Passage }) {
  return (
    <tr data-testid="passage" data-ticket={item.ticket}>
      <td><a class="digits" href={`/tickets/${item.ticket}`}>{item.ticket}</a></td>
      <td class="digits"><time dateTime={item.created_at}>{shortMoment(item.created_at, now.value, language.value)}</time></td>
      <td>{clockText(item.clock)}</td>
      <td>{personName(item.operator) || t("none")}</td>
      <td>{item.category === null ? t("none") : categoryLabel(item.category)}</td>
      <td class={item.in_time ? "digits" : "digits passage-late"}>
        {clock(item.own_s)} <small>/ {clock(item.standard_s)}</small>
        {!item.ended && <small> ({t("still_running")})</small>}
      </td>
      <td class="digits">{clock(item.waiting_s)}</td>
    </tr>
  );
}

/** The tickets behind a figure, the slowest first. */
export function Passages({ cut, label, onClose }: { cut: () => Cut; label: string; onClose: () => void }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { state, reload } = useLoaded(() => compliance.passages(cut(), queryValue("key"), queryValue("late") !== ""));
  useEffect(() => heading.current?.focus(), [label]);
  const found = state.data;
  return (
    <section class="card passages" data-testid="passages" aria-busy={state.loading}>
      <header class="card-head">
        <h2 ref={heading} tabIndex={-1}>{label}</h2>
        <Button look="quiet" icon="close" label={t("hide_passages")} testid="passages-close" onClick={onClose} />
      </header>
      {state.problem !== "" && <p class="problem" role="alert">{state.problem} <Button onClick={reload}>{t("try_again")}</Button></p>}
      {found === null ? state.problem === "" && <Loading /> : found.items.length === 0 ? <p class="quiet">{t("passages_none")}</p> : (
        <div class="table-wrap">
          <table class="list">
            <thead><tr>{COLUMNS.map((column) => <th key={column} scope="col">{t(column)}</th>)}</tr></thead>
            <tbody>{found.items.map((item) => <Row key={`${item.ticket}${item.clock}${item.operator}${item.own_s}`} item={item} />)}</tbody>
          </table>
        </div>
      )}
      {found !== null && found.items.length < found.total && (
        <p class="quiet">{t("passages_more", { shown: found.items.length, total: found.total })}</p>
      )}
    </section>
  );
}

/** What the list is of, in words. */
export const passagesTitle = (cut: Cut): string =>
  t(queryValue("late") === "" ? "passages_all" : "passages_late", { key: keyText(cut.by, queryValue("key")) });
