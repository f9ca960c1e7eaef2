import { useEffect } from "preact/hooks";
import { webhooks, type Delivery, type DeliveryState } from "../../api/integrations";
import { queryValue, setQuery } from "../../lib/router";
import { shortMoment, timeOfDay } from "../../lib/time";
import { now } from "../../state/clock";
import { useLoaded } from "../../state/load";
import { attempt } from "../../state/notices";
import { language, t, tryText } from "../../texts";
import { Button } from "../../ui/button";
import { Empty, Loading, Select } from "../../ui/parts";
import { Pager } from "../../ui/pager";

const SIZE = 50;
const LOOK_EVERY_MS = 5000;
const STATES = ["", "waiting", "delivered", "failed"] as const satisfies readonly (DeliveryState | "")[];
const LOOK: Record<DeliveryState, string> = { waiting: "tag", delivered: "tag tag-closed", failed: "tag tag-overdue" };

const at = (time: string) => shortMoment(time, now.value, language.value);

function Answer({ delivery }: { delivery: Delivery }) {
  if (delivery.last_at === null) return <>{t("none")}</>;
  return <><strong class="digits">{delivery.status ?? t("delivery_no_answer")}</strong> <small class="quiet" title={delivery.answer}>{delivery.answer}</small></>;
}

function Row({ delivery, onAgain }: { delivery: Delivery; onAgain: () => void }) {
  return (
    <tr data-testid="delivery-row" data-state={delivery.state}>
      <td class="cell-text">
        {tryText(`event_${delivery.event}`)} {delivery.ticket !== null && <a class="digits" href={`/tickets/${delivery.ticket}`}>{delivery.ticket}</a>}
        <details><summary>{t("delivery_body")}</summary><pre class="delivery-body">{JSON.stringify(JSON.parse(delivery.body), null, 2)}</pre></details>
      </td>
      <td><span class={LOOK[delivery.state]}>{t(`delivery_${delivery.state}`)}</span></td>
      <td class="digits">{at(delivery.created_at)}</td>
      <td class="digits">{delivery.tries}{delivery.next_at !== null && <small class="quiet">{t("delivery_next", { at: timeOfDay(delivery.next_at) })}</small>}</td>
      <td class="cell-text"><Answer delivery={delivery} /></td>
      <td class="cell-actions"><Button look="quiet" testid="delivery-again" onClick={onAgain}>{t("delivery_again")}</Button></td>
    </tr>
  );
}

function Table({ items, onAgain }: { items: readonly Delivery[]; onAgain: (delivery: Delivery) => void }) {
  return (
    <div class="table-wrap">
      <table class="list">
        <thead>
          <tr>
            <th scope="col">{t("delivery_event")}</th>
            <th scope="col">{t("delivery_state")}</th>
            <th scope="col">{t("delivery_made")}</th>
            <th scope="col">{t("delivery_tries")}</th>
            <th scope="col">{t("delivery_answer")}</th>
            <th scope="col"><span class="visually-hidden">{t("delivery_again")}</span></th>
          </tr>
        </thead>
        <tbody>{items.map((delivery) => <Row key={delivery.id} delivery={delivery} onAgain={() => onAgain(delivery)} />)}</tbody>
      </table>
    </div>
  );
}

/** What was sent to one webhook and what waits, the newest first; looked at again while something is on its way. */
export function DeliveriesPage({ id }: { id: string }) {
  const { state, reload } = useLoaded(async () => {
    const filter = { state: queryValue("state"), cursor: queryValue("cursor"), limit: SIZE };
    const [page, all] = await Promise.all([webhooks.deliveries(id, filter), webhooks.list()]);
    return { page, name: all.items.find((each) => each.id === id)?.name ?? "" };
  });
  const list = state.data;
  const moving = list?.page.items.some((delivery) => delivery.state === "waiting") ?? false;
  useEffect(() => {
    if (!moving) return;
    const timer = window.setInterval(reload, LOOK_EVERY_MS);
    return () => window.clearInterval(timer);
  }, [moving]);
  const again = async (delivery: Delivery) => {
    await attempt(() => webhooks.again(id, delivery.id));
    reload();
  };
  return (
    <div class="page" data-testid="deliveries-page" aria-busy={state.loading}>
      <header class="page-head">
        <h1>{t("delivery_title", { name: list?.name ?? "…" })}</h1>
        <span class="push-end" />
        <span class="filter"><Select label={t("delivery_state")} value={queryValue("state")} testid="delivery-filter" options={STATES.map((each) => [each as string, each === "" ? t("delivery_all") : t(`delivery_${each}`)] as const)} onChange={(value) => setQuery({ state: value, cursor: "", back: "" })} /></span>
        <Button testid="delivery-refresh" onClick={reload}>{t("delivery_refresh")}</Button>
        <a href="/webhooks">{t("webhooks_title")}</a>
      </header>
      {state.problem !== "" && <p class="problem" role="alert">{state.problem} <Button onClick={reload}>{t("try_again")}</Button></p>}
      {list === null ? (
        state.problem === "" && <Loading />
      ) : list.page.items.length === 0 ? (
        <Empty icon="outgoing" title={t("delivery_empty")} />
      ) : (
        <>
          <Table items={list.page.items} onAgain={(delivery) => void again(delivery)} />
          <Pager shown={list.page.items.length} size={SIZE} total={list.page.total} next={list.page.next} />
        </>
      )}
    </div>
  );
}
