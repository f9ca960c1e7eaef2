import { queryValue, setQuery } from "../lib/router";
import { t } from "../texts";
import { Button } from "./button";

/** The way back through a list that only knows "next": the cursors so far, kept in the address. */
const trail = (): string[] => queryValue("back").split(" ").filter(Boolean);

/** Stands for the first page, which has no cursor. */
const FIRST = "-";

function forward(next: string): void {
  setQuery({ cursor: next, back: [...trail(), queryValue("cursor") || FIRST].join(" ") });
}

function backward(): void {
  const before = trail();
  const to = before.pop() ?? FIRST;
  setQuery({ cursor: to === FIRST ? "" : to, back: before.join(" ") });
}

interface Range {
  readonly shown: number;
  readonly size: number;
  readonly total: number | undefined;
  /** Where the service stops counting, if it does. */
  readonly most?: number;
  readonly next: string | null;
}

export function Pager({ shown, size, total, most, next }: Range) {
  const first = trail().length * size + 1;
  const counted = total !== undefined && total === most ? `${total}+` : total;
  const range = { from: first, to: first + shown - 1, total: counted ?? "…" };
  return (
    <nav class="pager">
      <span class="digits" data-testid="pager-range">{shown > 0 && t("page_of", range)}</span>
      <Button icon="back" label={t("previous")} disabled={trail().length === 0} testid="pager-previous" onClick={backward} />
      <Button icon="next" label={t("next")} disabled={next === null} testid="pager-next" onClick={() => next !== null && forward(next)} />
    </nav>
  );
}
