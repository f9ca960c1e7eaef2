import { useSignal } from "@preact/signals";
import { useShortcuts } from "../lib/keys";
import { controlCall } from "../state/call";
import { t } from "../texts";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"] as const;
/** As many of the last digits as the line above the keys has room for. */
const SHOWN = 16;

/** Digits for a menu at the far end, by mouse or by typing. They are nowhere kept. */
export function Keypad() {
  const sent = useSignal("");
  const press = (digit: string) => {
    sent.value = (sent.value + digit).slice(-SHOWN);
    void controlCall("digits", { digits: digit });
  };
  useShortcuts(Object.fromEntries(KEYS.map((digit) => [digit, () => press(digit)])));
  return (
    <div class="keypad" role="group" aria-label={t("keypad_title")} data-testid="keypad">
      <output class="digits" aria-label={t("keypad_sent")}>{sent.value || <small>{t("keypad_hint")}</small>}</output>
      <div class="keypad-keys">
        {KEYS.map((digit) => (
          <button key={digit} type="button" class="button" data-digit={digit} data-testid={`keypad-${digit}`} onClick={() => press(digit)}>{digit}</button>
        ))}
      </div>
    </div>
  );
}
