import type { Callback } from "../api/types";
import { t, tryText } from "../texts";

/** A try's result in a word. */
export const resultText = (result: string): string => tryText(`try_${result}`, result.replaceAll("_", " "));

/** How often a caller was tried, and what came of it last. */
export function triesText({ tries, last_result: last }: Callback): string {
  if (tries === 0) return t("tries_none");
  return t("callback_tries", { count: tries, result: last === null ? t("none") : resultText(last) });
}
