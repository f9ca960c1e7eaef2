import type { CallAction, Third, ThirdState } from "../api/types";
import { can, perform } from "../state/call";
import { local, t, type TextKey } from "../texts";
import { Button } from "../ui/button";
import { Icon, type IconName } from "../ui/icon";
import { Running } from "../ui/running";

const ICONS: Record<ThirdState, IconName> = {
  dialing: "outgoing",
  ringing: "ringing",
  talking: "talking",
  held: "paused",
  conference: "conference",
};

export const CONSULT_KEYS = { swap: "Shift+F3", conference: "Shift+F6", complete: "Shift+F7", cancel: "Shift+F2" } as const;

const BUTTONS = [
  ["swap", "swap", "swap_hint", "swap"],
  ["conference", "conference", "conference_hint", "conference"],
  ["complete", "complete", "complete_hint", "transfer"],
  ["cancel", "cancel_consult", "cancel_hint", "back"],
] as const satisfies readonly (readonly [CallAction, TextKey, TextKey, IconName])[];

/** Whom the operator consults, how that stands, and what can be done about it. */
export function ThirdParty({ third }: { third: Third }) {
  return (
    <div class={`third third-${third.state}`} data-testid="third" data-state={third.state}>
      <Icon name={ICONS[third.state]} />
      <div class="call-who" role="status">
        <strong>{local(third.label)}</strong>
        <span>{t(`third_${third.state}`)} <Running since={third.since} /></span>
      </div>
      <div class="third-buttons">
        {BUTTONS.map(([action, text, hint, icon]) => (
          <Button
            key={action}
            icon={icon}
            look={action === "complete" ? "primary" : "plain"}
            title={`${t(hint)} (${CONSULT_KEYS[action]})`}
            disabled={!can(action)}
            testid={`consult-${action}`}
            onClick={perform(action)}
          >
            {t(text)}
          </Button>
        ))}
      </div>
    </div>
  );
}
