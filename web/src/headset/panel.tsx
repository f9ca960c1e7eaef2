import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { PhoneKind } from "../api/types";
import { presence } from "../state/desk";
import { phoneOpen, setPhone } from "../state/phone";
import { t } from "../texts";
import { Popover } from "../ui/popover";
import { BrowserPart } from "./browser-part";
import { lookForDevices } from "./devices";
import { SipForm } from "./sip-form";
import { SoftphonePart } from "./softphone-part";
import { phoneWords } from "./words";

const KINDS: readonly PhoneKind[] = ["browser", "softphone", "sip"];

/** Which phone, and everything about it. A SIP phone is chosen by saving its address, the others at once. */
export function PhonePanel({ onDone }: { onDone: () => void }) {
  const shown = useSignal<PhoneKind>(presence.value?.phone_kind ?? "browser");
  useEffect(() => void lookForDevices(), []);
  const choose = (kind: PhoneKind) => {
    shown.value = kind;
    if (kind !== "sip" && kind !== presence.value?.phone_kind) void setPhone({ kind });
  };
  return (
    <div class="phone-panel" role="group" aria-label={t("phone_panel")} data-testid="phone-panel">
      <div class="segmented" role="group" aria-label={t("phone_kinds")}>
        {KINDS.map((kind) => (
          <button key={kind} type="button" aria-pressed={shown.value === kind} data-testid={`phone-kind-${kind}`} onClick={() => choose(kind)}>
            {t(`phone_kind_${kind}`)}
          </button>
        ))}
      </div>
      {shown.value === "browser" && <BrowserPart />}
      {shown.value === "softphone" && <SoftphonePart />}
      {shown.value === "sip" && <SipForm onDone={onDone} />}
    </div>
  );
}

/** In the bar on every page: kind of phone and how it stands, by icon and word; opens the panel. */
export function PhoneButton() {
  const mine = presence.value;
  if (mine === null) return null;
  const { state, icon, name, word } = phoneWords(mine);
  return (
    <div class={`phone-state headset-is-${state}`} data-testid="headset" data-state={state}>
      <Popover
        open={phoneOpen}
        first={mine.phone_kind === "sip" ? "#phone-uri" : "[aria-pressed=true]"}
        button={{ look: "quiet", icon, title: `${t("headset_open")} (Alt+9)`, testid: "headset-open", children: <><b>{name}</b> <span>{word}</span></> }}
      >
        <PhonePanel onDone={() => (phoneOpen.value = false)} />
      </Popover>
    </div>
  );
}
