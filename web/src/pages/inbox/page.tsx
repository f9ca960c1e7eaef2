import { useEffect } from "preact/hooks";
import type { InboxItem } from "../../api/validation";
import { neighbour } from "../../lib/inbox-order";
import { useShortcuts } from "../../lib/keys";
import { navigate } from "../../lib/router";
import { inbox, inboxCount, inboxProblem, loadInbox, looked } from "../../state/inbox";
import { user } from "../../state/session";
import { t, type TextKey } from "../../texts";
import { AlertSettings } from "../../ui/alert-settings";
import { Button } from "../../ui/button";
import { Empty, Loading } from "../../ui/parts";
import { InboxList } from "./list";
import { OneItem } from "./one";

/** What each role finds in its inbox. */
const WORDS: Partial<Record<string, { text: TextKey; empty: TextKey }>> = {
  coordinator: { text: "inbox_text_coordinator", empty: "inbox_empty_coordinator" },
  pic: { text: "inbox_text_pic", empty: "inbox_empty_pic" },
  supervisor: { text: "inbox_text_supervisor", empty: "inbox_empty_supervisor" },
  operator: { text: "inbox_text_operator", empty: "inbox_empty_operator" },
};

const words = () => WORDS[user.value?.role ?? ""] ?? { text: "inbox_text_coordinator", empty: "inbox_empty_coordinator" };

function Head() {
  return (
    <header class="page-head">
      <h1>{t("inbox_title")}</h1>
      <p class="quiet" role="status">{inboxCount.value > 0 ? t("inbox_waiting", { count: inboxCount.value }) : t(words().text)}</p>
      <span class="push-end" />
      <AlertSettings />
    </header>
  );
}

/** The one that is open, or what there is to do instead. */
function Open({ items, number }: { items: readonly InboxItem[]; number: string | null }) {
  const item = items.find((each) => each.ticket.number === number);
  useEffect(() => {
    if (item !== undefined) looked(item.ticket.number);
  }, [item]);
  if (item !== undefined) return <OneItem key={item.ticket.number} item={item} />;
  if (number === null) return <Empty icon="person" title={t("inbox_pick_title")} text={t("inbox_pick_text")} />;
  return (
    <Empty icon="check" title={t("inbox_not_here")} text={t("inbox_not_here_text")}>
      <a class="button" href="/inbox">{t("inbox_back")}</a>
    </Empty>
  );
}

function go(items: readonly InboxItem[], number: string | null, by: number): void {
  const to = neighbour(items, number ?? "", by);
  if (to !== null) navigate(`/inbox/${to}`);
}

/** What waits for whoever looks: a list, and the one that is open beside it; on a phone one after the other. */
export function InboxPage({ number = null }: { number?: string | null }) {
  const items = inbox.value;
  useShortcuts(items === null ? {} : { J: () => go(items, number, 1), K: () => go(items, number, -1) });
  return (
    <div class="page inbox-page" data-testid="inbox-page" data-open={number !== null}>
      <Head />
      {inboxProblem.value !== "" && (
        <p class="problem" role="alert">{inboxProblem.value} <Button onClick={() => void loadInbox()}>{t("try_again")}</Button></p>
      )}
      {items === null ? (
        inboxProblem.value === "" && <Loading />
      ) : items.length === 0 && number === null ? (
        <Empty icon="check" title={t(words().empty)} text={t("inbox_empty_text")} />
      ) : (
        <div class="inbox">
          <nav class="inbox-side" aria-label={t("inbox_list")}>
            <InboxList items={items} open={number} />
          </nav>
          <div class="inbox-main"><Open items={items} number={number} /></div>
        </div>
      )}
    </div>
  );
}
