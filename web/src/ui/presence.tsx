import type { Presence, PresenceState } from "../api/types";
import { pauseLabel } from "../state/reference";
import { t } from "../texts";
import { Icon, type IconName } from "./icon";

const ICONS: Record<PresenceState, IconName> = {
  offline: "offline",
  ready: "ready",
  ringing: "ringing",
  talking: "talking",
  wrap_up: "wrap_up",
  paused: "paused",
};

/** The state by shape and word; colour only supports. */
export function PresenceBadge({ presence, testid }: { presence: Presence; testid?: string }) {
  const { state, reason } = presence;
  return (
    <span class={`state state-${state}`} data-testid={testid} data-state={state}>
      <Icon name={ICONS[state]} />
      <span>{t(`state_${state}`)}</span>
      {state === "paused" && reason !== null && <span class="state-reason" title={pauseLabel(reason)}>{pauseLabel(reason)}</span>}
    </span>
  );
}
