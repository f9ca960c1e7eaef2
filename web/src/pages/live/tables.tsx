import type { Call, Presence, QueueLive } from "../../api/types";
import { formatNumber } from "../../state/people";
import { personName, queueLabel } from "../../state/reference";
import { local, t } from "../../texts";
import { Icon } from "../../ui/icon";
import { PresenceBadge } from "../../ui/presence";
import { Running } from "../../ui/running";

export function WaitingTable({ queues }: { queues: readonly QueueLive[] }) {
  const waiting = queues.flatMap((queue) => queue.callers.map((caller) => ({ queue, caller })));
  return (
    <section class="card" data-testid="live-waiting">
      <h2>{t("waiting_callers")} <span class="count">{waiting.length}</span></h2>
      {waiting.length === 0 ? (
        <p class="quiet">{t("nobody_waits")}</p>
      ) : (
        <table class="list">
          <thead><tr><th>{t("position")}</th><th>{t("col_number")}</th><th>{t("field_kind")}</th><th>{t("queue")}</th><th>{t("col_wait")}</th></tr></thead>
          <tbody>
            {waiting.map(({ queue, caller }) => (
              <tr key={caller.call_id} data-testid="waiting-row">
                <td class="digits">{caller.position}</td>
                <td class="digits">{formatNumber(caller.number)}</td>
                <td>{caller.kind === null ? t("none") : t(`kind_${caller.kind}_short`)}</td>
                <td>{local(queue.label)}</td>
                <td><Running since={caller.since} /></td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

const ORDER: readonly Presence["state"][] = ["ready", "ringing", "talking", "wrap_up", "paused", "offline"];

export function OperatorTable({ operators }: { operators: readonly Presence[] }) {
  const sorted = [...operators].sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || a.name.localeCompare(b.name));
  return (
    <section class="card" data-testid="live-operators">
      <h2>{t("operators")} <span class="count">{sorted.filter((each) => each.state !== "offline").length}</span></h2>
      {sorted.length === 0 ? (
        <p class="quiet">{t("no_operators")}</p>
      ) : (
        <table class="list">
          <thead><tr><th>{t("field_operator")}</th><th>{t("col_state")}</th><th>{t("since")}</th></tr></thead>
          <tbody>
            {sorted.map((operator) => (
              <tr key={operator.operator} data-testid="operator-row" data-operator={operator.operator} data-state={operator.state}>
                <td>{operator.name || operator.operator}</td>
                <td>
                  <PresenceBadge presence={operator} />
                  {operator.state !== "offline" && operator.phone_state === "away" && (
                    <span class="tag tag-overdue" data-testid="operator-phone-away"><Icon name="warning" /> {t("phone_away_short")}</span>
                  )}
                </td>
                <td>{operator.state === "offline" ? t("none") : <Running since={operator.since} />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

export function CallTable({ calls }: { calls: readonly Call[] }) {
  return (
    <section class="card" data-testid="live-calls">
      <h2>{t("running_calls")} <span class="count">{calls.length}</span></h2>
      {calls.length === 0 ? (
        <p class="quiet">{t("no_running_calls")}</p>
      ) : (
        <table class="list">
          <thead><tr><th>{t("col_number")}</th><th>{t("col_state")}</th><th>{t("field_operator")}</th><th>{t("queue")}</th><th>{t("duration")}</th></tr></thead>
          <tbody>
            {calls.map((call) => (
              <tr key={call.id} data-testid="call-row" data-call={call.id}>
                <td class="digits">
                  {call.ticket === null ? formatNumber(call.number) : <a href={`/tickets/${call.ticket}`}>{formatNumber(call.number)}</a>}
                </td>
                <td><CallState call={call} /></td>
                <td>{personName(call.operator) || t("none")}</td>
                <td>{queueLabel(call.queue) || t("none")}</td>
                <td><Running since={call.connected_at ?? call.started_at} /></td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

const CALL_ICONS = {
  ivr: "keyboard",
  waiting: "clock",
  ringing: "ringing",
  talking: "talking",
  hold: "paused",
  message: "wrap_up",
  ended: "offline",
} as const;

export function CallState({ call }: { call: Call }) {
  return (
    <span class={`state state-call-${call.state}`} data-state={call.state}>
      <Icon name={CALL_ICONS[call.state]} /> <span>{t(`call_state_${call.state}`)}</span>
    </span>
  );
}
