import { useEffect, useRef } from "preact/hooks";
import type { InboxItem } from "../../api/validation";
import { fresh } from "../../state/inbox";
import { categoryLabel, officeName } from "../../state/reference";
import { answersValidation } from "../../state/session";
import { t } from "../../texts";
import { LoopTag, WayTag } from "../../ticket/escalation-state";
import { PriorityTag } from "../../ticket/summary";
import { Waiting } from "./waiting";

/** What the ticket is about, for somebody who looks down a list. */
const about = ({ ticket }: InboxItem): string =>
  [ticket.plate, officeName(ticket.region), categoryLabel(ticket.category)].filter(Boolean).join(" · ") || t("none");

/** The words that are put to whoever looks. */
function asked({ escalation }: InboxItem): string {
  if (escalation.state === "answered") return escalation.answer;
  return answersValidation.value ? escalation.pic_question : escalation.question;
}

function Row({ item, open }: { item: InboxItem; open: boolean }) {
  const { number } = item.ticket;
  const link = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    if (open) link.current?.scrollIntoView({ block: "nearest" });
  }, [open]);
  return (
    <li>
      <a ref={link} class="inbox-item" href={`/inbox/${number}`} aria-current={open ? "true" : undefined} data-testid="inbox-item" data-ticket={number} data-state={item.escalation.state}>
        <span class="inbox-item-head">
          <strong class="digits">{number}</strong>
          {fresh.value.has(number) && <span class="tag tag-fresh">{t("inbox_fresh")}</span>}
          <PriorityTag ticket={item.ticket} />
          <Waiting item={item} short />
        </span>
        <span class="inbox-item-text">{asked(item)}</span>
        <span class="inbox-item-about">{about(item)}</span>
        {!answersValidation.value && (
          <span class="inbox-item-tags"><LoopTag escalation={item.escalation} /> <WayTag escalation={item.escalation} short /></span>
        )}
      </a>
    </li>
  );
}

export function InboxList({ items, open }: { items: readonly InboxItem[]; open: string | null }) {
  return (
    <ul class="inbox-list card" data-testid="inbox-list">
      {items.map((item) => <Row key={item.ticket.number} item={item} open={item.ticket.number === open} />)}
    </ul>
  );
}
