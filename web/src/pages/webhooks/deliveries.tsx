import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { mails, webhooks, type Delivery, type DeliveryState, type Mail, type Outgoing } from "../../api/integrations";
import type { Page } from "../../api/types";
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

const what = ({ event }: Outgoing) => tryText(`event_${event.startsWith("overdue_") ? "overdue" : event}`);

function Answer({ sent }: { sent: Outgoing }) {
  if (sent.last_at === null) return <>{t("none")}</>;
  const status = sent.status ?? (sent.state === "delivered" ? "" : t("delivery_no_answer"));
  return <><strong class="digits">{status}</strong> <small class="quiet" title={sent.answer}>{sent.answer}</small></>;
}

function Row({ sent, more, action }: { sent: Outgoing; more: ComponentChildren; action?: ComponentChildren }) {
  return (
    <tr data-testid="delivery-row" data-state={sent.state}>
      <td class="cell-text">
        {what(sent)} {sent.ticket !== null && <a class="digits" href={`/tickets/${sent.ticket}`}>{sent.ticket}</a>}
        {more}
      </td>
      <td><span class={LOOK[sent.state]}>{t(`delivery_${sent.state}`)}</span></td>
      <td class="digits">{at(sent.created_at)}</td>
      <td class="digits">{sent.tries}{sent.next_at !== null && <small class="quiet">{t("delivery_next", { at: timeOfDay(sent.next_at) })}</small>}</td>
      <td class="cell-text"><Answer sent={sent} /></td>
      {action !== undefined && <td class="cell-actions">{action}</td>}
    </tr>
  );
}

function Table({ actions, children }: { actions?: string; children: ComponentChildren }) {
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
            {actions !== undefined && <th scope="col"><span class="visually-hidden">{actions}</span></th>}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

interface Sent<Item> {
  title: string;
  page: Page<Item>;
}

interface ListProps<Item> {
  load: (filter: Readonly<Record<string, string | number>>) => Promise<Sent<Item>>;
  children: (items: readonly Item[], reload: () => void) => ComponentChildren;
}

/** What was sent and what waits, the newest first; looked at again while something is on its way. */
function List<Item extends Outgoing>({ load, children }: ListProps<Item>) {
  const { state, reload } = useLoaded(() => load({ state: queryValue("state"), cursor: queryValue("cursor"), limit: SIZE }));
  const list = state.data;
  const moving = list?.page.items.some((sent) => sent.state === "waiting") ?? false;
  useEffect(() => {
    if (!moving) return;
    const timer = window.setInterval(reload, LOOK_EVERY_MS);
    return () => window.clearInterval(timer);
  }, [moving]);
  return (
    <div class="page" data-testid="deliveries-page" aria-busy={state.loading}>
      <header class="page-head">
        <h1>{list?.title ?? "…"}</h1>
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
          {children(list.page.items, reload)}
          <Pager shown={list.page.items.length} size={SIZE} total={list.page.total} next={list.page.next} />
        </>
      )}
    </div>
  );
}

const Body = ({ body }: { body: string }) => (
  <details><summary>{t("delivery_body")}</summary><pre class="delivery-body">{JSON.stringify(JSON.parse(body), null, 2)}</pre></details>
);

/** To one webhook. */
export function DeliveriesPage({ id }: { id: string }) {
  const again = async (delivery: Delivery, reload: () => void) => {
    await attempt(() => webhooks.again(id, delivery.id));
    reload();
  };
  const load: ListProps<Delivery>["load"] = async (filter) => {
    const [page, all] = await Promise.all([webhooks.deliveries(id, filter), webhooks.list()]);
    return { page, title: t("delivery_title", { name: all.items.find((each) => each.id === id)?.name ?? "" }) };
  };
  return (
    <List load={load}>
      {(items, reload) => (
        <Table actions={t("delivery_again")}>
          {items.map((sent) => (
            <Row key={sent.id} sent={sent} more={<Body body={sent.body} />} action={<Button look="quiet" testid="delivery-again" onClick={() => void again(sent, reload)}>{t("delivery_again")}</Button>} />
          ))}
        </Table>
      )}
    </List>
  );
}

const loadMails: ListProps<Mail>["load"] = async (filter) => ({ page: await mails.list(filter), title: t("mails_title") });

/** To people who had no page open. */
export function MailsPage() {
  return (
    <List load={loadMails}>
      {(items) => <Table>{items.map((sent) => <Row key={sent.id} sent={sent} more={<small class="quiet">{sent.person}</small>} />)}</Table>}
    </List>
  );
}
