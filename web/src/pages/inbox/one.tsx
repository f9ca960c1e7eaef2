import type { ComponentChildren } from "preact";
import type { HandOver, InboxItem } from "../../api/validation";
import { formatNumber } from "../../state/people";
import { categoryLabel, officeName } from "../../state/reference";
import { answersValidation, readsTickets, takesCalls } from "../../state/session";
import { t } from "../../texts";
import { HandOvers } from "../../ticket/escalation-handovers";
import { LoopTag, WayTag } from "../../ticket/escalation-state";
import { whoName } from "../../ticket/escalation-words";
import { Icon } from "../../ui/icon";
import { KeyValue } from "../../ui/parts";
import { CoordinatorPart } from "./coordinator";
import { PicPart } from "./pic";
import { TellPart } from "./tell";
import { Waiting } from "./waiting";

function Head({ item }: { item: InboxItem }) {
  const { number } = item.ticket;
  return (
    <header class="one-head">
      <a class="button button-quiet one-back" href="/inbox"><Icon name="back" /> {t("inbox_back")}</a>
      <h2 class="digits" data-testid="one-number">{number}</h2>
      {!answersValidation.value && <><LoopTag escalation={item.escalation} /> <WayTag escalation={item.escalation} /></>}
      <span class="push-end" />
      <Waiting item={item} />
      {readsTickets.value && <a class="one-link" href={`/tickets/${number}`}>{t("one_open_ticket")}</a>}
    </header>
  );
}

/** Words that somebody has put to somebody: whose they are, and what they say. */
export function Said({ who, children, look, testid }: { who: string; children: ComponentChildren; look: "asks" | "answers"; testid: string }) {
  return (
    <blockquote class={`said said-${look}`} data-testid={testid}>
      <p class="said-who">{who}</p>
      <p class="said-text">{children}</p>
    </blockquote>
  );
}

/** What the ticket holds, so that nobody has to ask for it again. */
function Facts({ item: { ticket } }: { item: InboxItem }) {
  const masked = answersValidation.value;
  return (
    <section class="card one-facts" data-testid="one-facts">
      <h3>{t("one_facts")}</h3>
      <KeyValue
        items={[
          ...(masked ? [] : [[t("field_caller_name"), ticket.caller.name || t("none")] as const, [t("field_number"), <span class="digits">{formatNumber(ticket.caller.number)}</span>] as const]),
          [t("field_plate"), <strong class="digits">{ticket.plate || t("none")}</strong>],
          [t("field_region"), officeName(ticket.region) || t("none")],
          [t("field_category"), categoryLabel(ticket.category) || t("none")],
        ]}
      />
      <h3>{t("field_description")}</h3>
      <p class="said-text">{ticket.description || t("none")}</p>
      {masked && <p class="quiet">{t("masked")}</p>}
    </section>
  );
}

/** To a PIC only what was said between them and the coordinator: an operator's words may name the caller. */
const concerns = ({ action }: HandOver): boolean => !answersValidation.value || ["ask_pic", "ask_again", "pic_answer"].includes(action);

function Part({ item }: { item: InboxItem }) {
  if (answersValidation.value) return <PicPart item={item} />;
  return takesCalls.value ? <TellPart item={item} /> : <CoordinatorPart item={item} />;
}

/** One question: what is asked, what this person can do about it, and what the ticket and the others say. */
export function OneItem({ item }: { item: InboxItem }) {
  const { escalation } = item;
  return (
    <article class="one" data-testid="one" data-ticket={item.ticket.number} data-state={escalation.state}>
      <Head item={item} />
      <div class="one-columns">
        <div class="one-work">
          {!answersValidation.value && (
            <Said who={t("one_operator_asks", { operator: whoName(escalation.asked_by) })} look="asks" testid="one-question">{escalation.question}</Said>
          )}
          <Part item={item} />
        </div>
        <aside class="one-side" aria-label={t("one_facts")}>
          <Facts item={item} />
          <section class="card">
            <h3>{t("handovers")}</h3>
            <HandOvers entries={escalation.handovers.filter(concerns)} />
          </section>
        </aside>
      </div>
    </article>
  );
}
