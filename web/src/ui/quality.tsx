import type { Quality } from "../api/types";
import { language, t, type TextKey } from "../texts";
import { Icon } from "./icon";

/** Lower ends of the words for a MOS, from ITU-T G.107 annex B: satisfied, some dissatisfied, many dissatisfied. */
const WORDS: readonly (readonly [number, TextKey])[] = [
  [4.03, "quality_good"],
  [3.6, "quality_fair"],
  [3.1, "quality_poor"],
  [0, "quality_bad"],
];

const decimal = (value: number): string =>
  value.toLocaleString(language.value === "id" ? "id-ID" : "en-GB", { maximumFractionDigits: 1, minimumFractionDigits: 1 });

export const qualityKey = (mos: number): TextKey => WORDS.find(([from]) => mos >= from)?.[1] ?? "quality_bad";

const details = (quality: Quality): string =>
  t("line_bad_detail", { mos: decimal(quality.mos), loss: decimal(quality.loss_percent), jitter: Math.round(quality.jitter_ms) });

/** A word and the number behind it. */
export function QualityNote({ quality }: { quality: Quality }) {
  const word = t(qualityKey(quality.mos)).toLowerCase();
  return <span title={details(quality)}>{t("quality_word", { word, mos: decimal(quality.mos) })}</span>;
}

/** While the line is bad, at a place that is kept free for it. */
export function QualityWarning({ quality }: { quality: Quality | null }) {
  return (
    <div class="call-quality" role="status" data-testid="call-quality" data-bad={quality?.bad === true}>
      {quality?.bad === true && (
        <span class="tag tag-overdue" title={details(quality)}><Icon name="warning" /> <span>{t("line_bad")}</span></span>
      )}
    </div>
  );
}
