import { useRef } from "preact/hooks";
import { t } from "../texts";
import { SILENCE_DB, shareOf, useLevel } from "./meter";

/** A level as a bar. Drawn past the framework: twelve times a second is no reason to compare a page with itself. */
export function MeterBar({ stream, label, testid }: { stream: MediaStream | null; label: string; testid: string }) {
  const meter = useRef<HTMLDivElement>(null);
  useLevel(stream, (db) => {
    const element = meter.current;
    if (element === null) return;
    const rounded = Math.round(db);
    element.dataset["level"] = String(rounded);
    element.setAttribute("aria-valuenow", String(rounded));
    element.setAttribute("aria-valuetext", t("level_db", { db: rounded }));
    element.style.setProperty("--level", String(shareOf(db)));
  });
  return (
    <div ref={meter} class="meter" role="meter" aria-label={label} aria-valuemin={SILENCE_DB} aria-valuemax={0} aria-valuenow={SILENCE_DB} data-testid={testid}>
      <span />
    </div>
  );
}
