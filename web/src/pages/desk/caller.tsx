import type { OnDesk } from "../../state/desk";
import { clock, secondsSince } from "../../lib/time";
import { now } from "../../state/clock";
import { formatNumber, nameFromHistory } from "../../state/people";
import { queueLabel } from "../../state/reference";
import { t } from "../../texts";
import { KeyValue } from "../../ui/parts";

/** How long the caller has waited, or had waited when the operator picked up. */
function waited({ call }: OnDesk): string {
  if (call.wait_s !== null) return clock(call.wait_s);
  if (call.queued_at === null) return t("none");
  const until = call.connected_at ?? call.ended_at;
  return clock(secondsSince(call.queued_at, until === null ? now.value : Date.parse(until)));
}

export function CallerPanel({ desk }: { desk: OnDesk }) {
  const { call, pop, editor } = desk;
  const ticket = editor.ticket.value;
  const known = ticket.caller.name || nameFromHistory(pop.open_tickets, pop.history);
  return (
    <section class="card caller" data-testid="pop-caller">
      <h2>{t("caller")}</h2>
      <p class="caller-number digits" data-testid="caller-number">{formatNumber(ticket.caller.number)}</p>
      <p class="caller-name" data-testid="caller-name">{known === "" ? t("caller_unknown") : known}</p>
      <KeyValue
        items={[
          [t("ivr_choice"), <span data-testid="ivr-choice">{call.kind === null ? t("ivr_none") : t(`kind_${call.kind}`)}</span>],
          [t("waited"), <span class="digits" data-testid="waited">{waited(desk)}</span>],
          [t("queue"), queueLabel(call.queue) || t("none")],
          [t("spoken_language"), t(`language_${ticket.language}`)],
          ...(call.diverted_from === ""
            ? []
            : [[t("diverted_from"), <span class="digits" data-testid="diverted-from">{formatNumber(call.diverted_from)}</span>] as const]),
        ]}
      />
    </section>
  );
}

/** The same card with nothing in it, so that a pop fills what is there and moves nothing. */
export function NoCaller() {
  const none = t("none");
  return (
    <section class="card caller caller-none">
      <h2>{t("caller")}</h2>
      <p class="caller-number">{none}</p>
      <p class="caller-name">{t("no_call")}</p>
      <KeyValue items={[[t("ivr_choice"), none], [t("waited"), none], [t("queue"), none], [t("spoken_language"), none]]} />
    </section>
  );
}
