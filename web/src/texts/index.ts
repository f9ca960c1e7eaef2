import { signal } from "@preact/signals";
import type { Language, Localized } from "../api/types";
import { adminTexts } from "./admin";
import { callingTexts } from "./calling";
import { clockTexts } from "./clocks";
import { commonTexts } from "./common";
import { contactTexts } from "./contacts";
import { deskTexts } from "./desk";
import { fieldTexts } from "./fields";
import { headsetTexts } from "./headset";
import { integrationTexts } from "./integrations";
import { knowledgeTexts } from "./knowledge";
import { liveTexts } from "./live";
import { matrixTexts } from "./matrix";
import { noticeTexts } from "./notices";
import { paperTexts } from "./paper";
import { securityTexts } from "./security";
import { ticketTexts } from "./tickets";
import { vehicleTexts } from "./vehicles";
import { validationTexts } from "./validation";

const texts = {
  ...commonTexts,
  ...deskTexts,
  ...callingTexts,
  ...headsetTexts,
  ...fieldTexts,
  ...ticketTexts,
  ...validationTexts,
  ...liveTexts,
  ...adminTexts,
  ...clockTexts,
  ...contactTexts,
  ...integrationTexts,
  ...knowledgeTexts,
  ...matrixTexts,
  ...noticeTexts,
  ...paperTexts,
  ...securityTexts,
  ...vehicleTexts,
};

export type TextKey = keyof typeof texts;

export const language = signal<Language>("id");

/** The text for `key` in the current language, `{name}` replaced by `values.name`. */
export function t(key: TextKey, values: Readonly<Record<string, string | number>> = {}): string {
  return texts[key][language.value].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}

/** A text that carries its own translations (category labels, prompts, problem messages). */
export function local(text: Localized | null | undefined): string {
  if (text === null || text === undefined) return "";
  return typeof text === "string" ? text : text[language.value];
}

/** `t` for keys that are made at run time (`state_${…}`): unknown ones show what was asked for. */
export function tryText(key: string, fallback = key, values: Readonly<Record<string, string | number>> = {}): string {
  return key in texts ? t(key as TextKey, values) : fallback;
}
