import { useSignal } from "@preact/signals";
import { blocked, type BlockedCaller } from "../../api/contacts";
import { shortMoment } from "../../lib/time";
import { now } from "../../state/clock";
import { useLoaded } from "../../state/load";
import { attempt } from "../../state/notices";
import { formatNumber } from "../../state/people";
import { personName } from "../../state/reference";
import { language, t } from "../../texts";
import { Button } from "../../ui/button";
import { Listed } from "../../ui/listed";
import { Empty } from "../../ui/parts";
import { Confirm } from "../accounts/dialogs";
import { BlockDialog } from "./block-dialog";

const at = (time: string) => shortMoment(time, now.value, language.value);

function until(caller: BlockedCaller): string {
  if (caller.until === null) return t("blocked_for_good");
  return caller.active ? at(caller.until) : `${at(caller.until)} · ${t("blocked_over")}`;
}

/** Numbers that are not let in: why, by whom, until when. */
export function BlockedPage() {
  const { state, reload } = useLoaded(blocked.list);
  const adding = useSignal(false);
  const lifting = useSignal<string | null>(null);
  const list = state.data;
  const lift = async (number: string) => {
    await attempt(() => blocked.unblock(number));
    lifting.value = null;
    reload();
  };
  return (
    <div class="page" data-testid="blocked-page" aria-busy={state.loading}>
      <header class="page-head">
        <h1>{t("blocked_title")}</h1>
        <Button class="push-end" look="primary" testid="block-new" onClick={() => (adding.value = true)}>{t("block_number")}</Button>
      </header>
      {list !== null && <p class="quiet">{t(`blocked_text_${list.answer}`)}</p>}
      <Listed state={state} reload={reload} empty={<Empty icon="check" title={t("blocked_empty")} text={t("blocked_empty_text")} />}>
        {(list) => (
          <div class="table-wrap">
            <table class="list">
              <thead>
                <tr>
                  <th scope="col">{t("block_phone")}</th>
                  <th scope="col">{t("block_reason")}</th>
                  <th scope="col">{t("col_blocked_by")}</th>
                  <th scope="col">{t("col_blocked_since")}</th>
                  <th scope="col">{t("col_blocked_until")}</th>
                  <th scope="col"><span class="visually-hidden">{t("unblock")}</span></th>
                </tr>
              </thead>
              <tbody>
                {list.items.map((caller) => (
                  <tr key={caller.number} data-testid="blocked-row" data-active={caller.active}>
                    <td class="digits">{formatNumber(caller.number)}</td>
                    <td class="cell-text">{caller.reason}</td>
                    <td>{personName(caller.by)}</td>
                    <td class="digits">{at(caller.at)}</td>
                    <td class="digits">{until(caller)}</td>
                    <td class="cell-actions"><Button look="quiet" testid="unblock" onClick={() => (lifting.value = caller.number)}>{t("unblock")}</Button></td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Listed>
      {adding.value && (
        <BlockDialog
          number=""
          onClose={() => (adding.value = false)}
          onDone={() => {
            adding.value = false;
            reload();
          }}
        />
      )}
      {lifting.value !== null && (
        <Confirm
          text={t("unblock_ask", { number: formatNumber(lifting.value) })}
          action={t("unblock")}
          onClose={() => (lifting.value = null)}
          onConfirm={() => void lift(lifting.value ?? "")}
        />
      )}
    </div>
  );
}
