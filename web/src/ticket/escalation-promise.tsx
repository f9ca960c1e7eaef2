import type { Signal } from "@preact/signals";
import { lists } from "../api/resources";
import { localInput, shortMoment } from "../lib/time";
import { now } from "../state/clock";
import { useLoaded } from "../state/load";
import { language, t } from "../texts";
import { Labelled } from "../ui/parts";

/** When the caller expects us (`YYYY-MM-DDTHH:MM` by this computer's zone, or RFC 3339), and at which number. */
export interface Promised {
  at: string;
  number: string;
  confirmed: boolean;
}

/** What still lacks before a call may be promised, in words; `""` when nothing does. */
export function lacking({ at, number, confirmed }: Promised): string {
  const time = Date.parse(at);
  if (Number.isNaN(time)) return t("ask_lacks_time");
  if (time <= now.value) return t("ask_lacks_future");
  return number.trim() === "" || !confirmed ? t("ask_lacks_number") : "";
}

function Times({ promised }: { promised: Signal<Promised> }) {
  const { state } = useLoaded(lists.promises);
  const pick = (at: string) => (promised.value = { ...promised.value, at });
  return (
    <div class="promise-times" role="group" aria-label={t("ask_promise")}>
      {(state.data?.items ?? []).map((at) => (
        <button key={at} type="button" aria-pressed={Date.parse(promised.value.at) === Date.parse(at)} data-testid="promise-time" onClick={() => pick(at)}>
          {shortMoment(at, now.value, language.value)}
        </button>
      ))}
      <input
        type="datetime-local"
        aria-label={t("promise_at")}
        min={localInput(now.value)}
        step={300}
        value={promised.value.at === "" ? "" : localInput(Date.parse(promised.value.at))}
        data-testid="promise-at"
        onInput={(event) => pick(event.currentTarget.value)}
      />
    </div>
  );
}

/** The promise to a caller who hangs up: by when, and at a number that was read back to them. */
export function PromiseFields({ promised }: { promised: Signal<Promised> }) {
  const { number, confirmed } = promised.value;
  return (
    <>
      <div class="field">
        <span class="label">{t("ask_promise")}</span>
        <Times promised={promised} />
        <p class="hint">{t("ask_promise_hint")}</p>
      </div>
      <Labelled label={t("ask_number")} for="promise-number" hint={t("ask_number_hint")}>
        <div class="promise-number">
          <input
            id="promise-number"
            type="tel"
            autocomplete="off"
            value={number}
            aria-describedby="promise-number-hint"
            data-testid="promise-number"
            onInput={(event) => (promised.value = { ...promised.value, number: event.currentTarget.value, confirmed: false })}
          />
          <label class="check">
            <input
              type="checkbox"
              checked={confirmed}
              data-testid="promise-confirmed"
              onChange={(event) => (promised.value = { ...promised.value, confirmed: event.currentTarget.checked })}
            />
            {t("ask_number_confirmed")}
          </label>
        </div>
      </Labelled>
    </>
  );
}
