import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { Kind, Outcome } from "../../api/types";
import { keyName, useShortcuts } from "../../lib/keys";
import { pauseOpen } from "../../shell/presence-control";
import { callShown, setOutcome } from "../../state/call";
import { onDesk, presence } from "../../state/desk";
import { outcomeLabel, reference } from "../../state/reference";
import { user } from "../../state/session";
import { local, t } from "../../texts";
import { Icon } from "../../ui/icon";

/** As many as there are digits; the tenth has the 0. */
const MOST = 10;

/** Those that do not fit the ticket's kind are off and keep their place and digit. */
const fits = ({ kinds }: Outcome, kind: Kind | null): boolean => kind === null || kinds.length === 0 || kinds.includes(kind);

interface Choice extends Outcome {
  digit: string;
  on: boolean;
}

function Choices({ choices, chosen, byDigit }: { choices: readonly Choice[]; chosen: string | null; byDigit: Readonly<Record<string, () => void>> }) {
  /** In the group itself a digit works during the call, too. */
  const onKeyDown = (event: KeyboardEvent) => {
    const pick = byDigit[keyName(event)];
    if (pick === undefined) return;
    event.stopPropagation();
    pick();
  };
  return (
    <div class="outcome-choices" role="group" aria-label={t("outcome")} onKeyDown={onKeyDown}>
      {choices.map(({ code, label, digit, on }) => (
        <button key={code} type="button" aria-pressed={chosen === code} disabled={!on} data-testid={`outcome-${code}`} onClick={() => void setOutcome(code)}>
          <kbd>{digit}</kbd> <span>{local(label)}</span> {chosen === code && <Icon name="check" />}
        </button>
      ))}
    </div>
  );
}

/**
 * What came of the call: one click or one digit. A single line during the call, where the caller's history matters more;
 * all of them while the ticket is finished.
 */
export function Outcomes() {
  const opened = useSignal<string | null>(null);
  const card = useRef<HTMLElement>(null);
  const call = callShown.value;
  const me = user.value?.username ?? "";
  const wrapUp = call?.state === "ended" && presence.value?.state === "wrap_up";
  // Who passed the call on says what came of their own part while they wrap it up.
  const mine = call?.operator === me || (wrapUp && presence.value?.call_id === call.id);
  const can = call !== null && mine && (call.connected_at !== null || call.direction === "out" || wrapUp);
  const open = can && (wrapUp || opened.value === call.id);
  const kind = onDesk.value?.editor.ticket.value.kind ?? null;
  const choices = (reference.value?.outcomes ?? [])
    .slice(0, MOST)
    .map((each, at) => ({ ...each, digit: String((at + 1) % MOST), on: can && fits(each, kind) }));
  const byDigit = Object.fromEntries(choices.filter(({ on }) => on).map(({ digit, code }) => [digit, () => void setOutcome(code)]));
  const chosen = call?.outcomes[me] ?? null;
  const toggle = () => (opened.value = call === null || open ? null : call.id);
  const goThere = () => {
    if (!open) toggle();
    window.setTimeout(() => card.current?.querySelector<HTMLElement>(".outcome-choices button:enabled")?.focus());
  };
  // While the reasons for a pause are open, the digits are theirs.
  useShortcuts({ ...(can ? { "Alt+8": goThere } : {}), ...(wrapUp && !pauseOpen.value ? byDigit : {}) });
  if (choices.length === 0) return null;
  return (
    <section ref={card} class="card outcomes" data-testid="outcomes" data-chosen={chosen ?? ""}>
      <h2>
        <button type="button" aria-expanded={open} disabled={!can || wrapUp} data-testid="outcomes-open" onClick={toggle}>
          {t("outcome")} <Icon name="chevron" />
        </button>
        <span class={chosen === null ? "quiet" : ""}>{chosen !== null ? outcomeLabel(chosen) : can ? t("outcome_open") : t("none")}</span>
      </h2>
      {open && <Choices choices={choices} chosen={chosen} byDigit={byDigit} />}
    </section>
  );
}
