import { type Signal, useSignal } from "@preact/signals";
import { lists } from "../api/resources";
import { localInput, shortMoment } from "../lib/time";
import { fromWall } from "../lib/zone";
import { now } from "../state/clock";
import { useLoaded } from "../state/load";
import { language, t } from "../texts";
import { Labelled } from "../ui/parts";

export interface Promised {
  /** When the caller expects us, RFC 3339. `""` before it is picked. */
  at: Signal<string>;
  /** Whether somebody is at work then; `null` while nobody knows. */
  works: Signal<boolean | null>;
  number: Signal<string>;
  /** The number was read back to the caller. */
  confirmed: Signal<boolean>;
}

export const usePromised = (number: string): Promised => ({
  at: useSignal(""),
  works: useSignal<boolean | null>(null),
  number: useSignal(number),
  confirmed: useSignal(false),
});

/** `""` for what is no time yet. */
const rfc3339 = (at: number): string => (Number.isNaN(at) ? "" : new Date(at).toISOString());

/** What is wrong with the time, in words; `""` when nothing is. */
function wrongTime({ at, works }: Promised): string {
  const time = Date.parse(at.value);
  if (Number.isNaN(time)) return t("ask_lacks_time");
  if (time <= now.value) return t("ask_lacks_future");
  return works.value === false ? t("ask_lacks_hours") : "";
}

/** What still lacks before a call may be promised, in words; `""` when nothing does. */
export function lacking(promised: Promised): string {
  const noNumber = promised.number.value.trim() === "" || !promised.confirmed.value;
  return wrongTime(promised) || (noNumber ? t("ask_lacks_number") : "");
}

/** The promise as the server takes it. */
export const saidOf = ({ at, number }: Promised) => ({ promised_at: at.value || null, number: number.value.trim() });

function Times({ promised }: { promised: Promised }) {
  const { at, works } = promised;
  const { state } = useLoaded(async () => {
    const offered = await lists.promises(at.value || null);
    works.value = offered.works;
    return offered.items;
  });
  return (
    <div class="promise-times" role="group" aria-label={t("ask_promise")}>
      {(state.data ?? []).map((offered) => (
        <button key={offered} type="button" aria-pressed={Date.parse(at.value) === Date.parse(offered)} data-testid="promise-time" onClick={() => (at.value = offered)}>
          {shortMoment(offered, now.value, language.value)}
        </button>
      ))}
      <input
        type="datetime-local"
        aria-label={t("promise_at")}
        aria-describedby="promise-hint"
        min={localInput(now.value)}
        value={at.value === "" ? "" : localInput(Date.parse(at.value))}
        data-testid="promise-at"
        onInput={(event) => {
          works.value = null;
          at.value = rfc3339(fromWall(event.currentTarget.value));
        }}
      />
    </div>
  );
}

/** The promise to a caller who hangs up: by when, and at a number that was read back to them. */
export function PromiseFields({ promised }: { promised: Promised }) {
  const { at, number, confirmed } = promised;
  const wrong = at.value === "" ? "" : wrongTime(promised);
  return (
    <>
      <div class="field">
        <span class="label">{t("ask_promise")}</span>
        <Times promised={promised} />
        <p class={wrong === "" ? "hint" : "hint hint-error"} id="promise-hint" role="status">{wrong || t("ask_promise_hint")}</p>
      </div>
      <Labelled label={t("ask_number")} for="promise-number" hint={t("ask_number_hint")}>
        <div class="promise-number">
          <input
            id="promise-number"
            type="tel"
            autocomplete="off"
            value={number.value}
            aria-describedby="promise-number-hint"
            data-testid="promise-number"
            onInput={(event) => {
              number.value = event.currentTarget.value;
              confirmed.value = false;
            }}
          />
          <label class="check">
            <input type="checkbox" checked={confirmed.value} data-testid="promise-confirmed" onChange={(event) => (confirmed.value = event.currentTarget.checked)} />
            {t("ask_number_confirmed")}
          </label>
        </div>
      </Labelled>
    </>
  );
}
