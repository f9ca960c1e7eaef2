import { useRef } from "preact/hooks";
import type { Kind, Outcome } from "../../api/types";
import { keyName, useShortcuts } from "../../lib/keys";
import { onDesk, presence, setOutcome } from "../../state/desk";
import { reference } from "../../state/reference";
import { local, t } from "../../texts";
import { Icon } from "../../ui/icon";

/** As many as there are digits; the tenth has the 0. */
const MOST = 10;

/** Those that do not fit the ticket's kind are off and keep their place and digit. */
const fits = ({ kinds }: Outcome, kind: Kind | null): boolean => kind === null || kinds.length === 0 || kinds.includes(kind);

/** What came of the call: one click or one digit, during the call and while the ticket is finished. */
export function Outcomes() {
  const group = useRef<HTMLDivElement>(null);
  const desk = onDesk.value;
  const call = desk?.call ?? null;
  const open = call !== null && (call.connected_at !== null || call.direction === "out");
  const wrapUp = call?.state === "ended" && presence.value?.state === "wrap_up";
  const kind = desk?.editor.ticket.value.kind ?? null;
  const choices = (reference.value?.outcomes ?? [])
    .slice(0, MOST)
    .map((each, at) => ({ ...each, digit: String((at + 1) % MOST), on: open && fits(each, kind) }));
  const byDigit = Object.fromEntries(choices.filter(({ on }) => on).map(({ digit, code }) => [digit, () => void setOutcome(code)]));
  useShortcuts({
    ...(open ? { "Alt+8": () => group.current?.querySelector("button")?.focus() } : {}),
    ...(wrapUp ? byDigit : {}),
  });
  /** In the group itself a digit works during the call, too. */
  const onKeyDown = (event: KeyboardEvent) => {
    const pick = byDigit[keyName(event)];
    if (pick === undefined) return;
    event.stopPropagation();
    pick();
  };
  if (choices.length === 0) return null;
  return (
    <section class="card outcomes">
      <h2>{t("outcome")}</h2>
      <div ref={group} class="outcome-choices" role="group" aria-label={t("outcome")} onKeyDown={onKeyDown} data-testid="outcomes" data-chosen={call?.outcome ?? ""}>
        {choices.map(({ code, label, digit, on }) => (
          <button
            key={code}
            type="button"
            aria-pressed={call?.outcome === code}
            disabled={!on}
            data-testid={`outcome-${code}`}
            onClick={() => void setOutcome(code)}
          >
            <kbd>{digit}</kbd> <span>{local(label)}</span> {call?.outcome === code && <Icon name="check" />}
          </button>
        ))}
      </div>
    </section>
  );
}
