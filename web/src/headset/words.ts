import type { Presence } from "../api/types";
import { t, type TextKey, tryText } from "../texts";
import type { IconName } from "../ui/icon";
import { headset } from "./headset";

/** How the operator's phone stands, whatever kind it is: `up`, `down`, … for tests and colour, an icon and a word for people. */
export interface PhoneWords {
  readonly state: string;
  readonly icon: IconName;
  readonly name: string;
  readonly word: string;
  readonly help: string;
}

const ICONS: Readonly<Record<string, IconName>> = {
  off: "offline",
  asking: "clock",
  connecting: "clock",
  up: "check",
  down: "warning",
  unknown: "phone",
};

function browserWords(): PhoneWords {
  const { state, reason } = headset.value;
  const help = state === "asking" ? t("headset_why_asking") : state === "up" ? t("headset_help_up") : tryText(`headset_why_${reason}`, t("headset_why_connection"));
  return { state, icon: ICONS[state] ?? "phone", name: t("headset"), word: t(`headset_${state}`), help };
}

export function phoneWords(presence: Presence): PhoneWords {
  const { phone_kind: kind, phone_state: stands } = presence;
  if (kind === "browser") return browserWords();
  const none = kind === "sip" && presence.phone === "";
  const state = none ? "off" : stands === "away" ? "down" : stands;
  const word: TextKey = none ? "phone_none" : `phone_${stands}`;
  return { state, icon: ICONS[state] ?? "phone", name: t(`phone_short_${kind}`), word: t(word), help: "" };
}
