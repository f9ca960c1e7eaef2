import type { ComponentChildren } from "preact";
import type { Loaded } from "../state/load";
import { t } from "../texts";
import { Button } from "./button";
import { Loading } from "./parts";

interface Page {
  items: readonly unknown[];
}

interface Props<T extends Page> {
  state: Loaded<T>;
  reload: () => void;
  /** Stands there when nothing was found. */
  empty: ComponentChildren;
  children: (page: T) => ComponentChildren;
}

/** A list that is loaded: the problem with a way to try again, that it loads, that it is empty, or the list. */
export function Listed<T extends Page>({ state, reload, empty, children }: Props<T>) {
  const page = state.data;
  return (
    <>
      {state.problem !== "" && <p class="problem" role="alert">{state.problem} <Button onClick={reload}>{t("try_again")}</Button></p>}
      {page === null ? state.problem === "" && <Loading /> : page.items.length === 0 ? empty : children(page)}
    </>
  );
}
