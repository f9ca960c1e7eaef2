import type { By } from "../../api/compliance";
import { dateDay, locale } from "../../lib/time";
import { categoryLabel, personName } from "../../state/reference";
import { language, t, tryText } from "../../texts";

/** What a line is about, in words: a step, a wait of step 5b, a person, a category, a day. */
export function keyText(by: By, key: string): string {
  switch (by) {
    case "step":
      return clockText(key);
    case "operator":
      return personName(key);
    case "category":
      return key === "-" ? t("not_classified") : categoryLabel(key);
    case "day":
      return dateDay(key, language.value);
  }
}

/** A step or wait by its name in the API. */
export const clockText = (clock: string): string => tryText(`step_${clock}`, tryText(`wait_${clock}`, clock));

/** A share of 1 as a percentage. */
export const percent = (share: number): string =>
  `${(share * 100).toLocaleString(locale(language.value), { maximumFractionDigits: 1 })} %`;
