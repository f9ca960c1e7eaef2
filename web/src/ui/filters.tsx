import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { queryValue, setQuery } from "../lib/router";
import { t } from "../texts";
import { Icon } from "./icon";
import { Select } from "./parts";

/** Typing in a list's search waits this long before it asks the server. */
const TYPING_MS = 250;

/** A filter that lives in the address; any change of a filter begins at the first page again. */
export function QuerySelect({ name, label, options }: { name: string; label: string; options: readonly (readonly [string, string])[] }) {
  return (
    <label class="filter">
      <span>{label}</span>
      <Select
        value={queryValue(name)}
        options={[["", t("all")], ...options]}
        testid={`filter-${name}`}
        onChange={(value) => setQuery({ [name]: value, cursor: "", back: "" })}
      />
    </label>
  );
}

export function QueryDate({ name, label }: { name: string; label: string }) {
  return (
    <label class="filter">
      <span>{label}</span>
      <input
        type="date"
        value={queryValue(name)}
        data-testid={`filter-${name}`}
        onChange={(event) => setQuery({ [name]: event.currentTarget.value, cursor: "", back: "" })}
      />
    </label>
  );
}

export function QuerySearch({ name, label }: { name: string; label: string }) {
  const typed = useSignal(queryValue(name));
  const input = useRef<HTMLInputElement>(null);
  const timer = useRef(0);
  const focus = queryValue("focus");
  useEffect(() => {
    if (focus === "") return;
    input.current?.focus();
    setQuery({ focus: "" });
  }, [focus]);
  const change = (value: string) => {
    typed.value = value;
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => setQuery({ [name]: value.trim(), cursor: "", back: "" }), TYPING_MS);
  };
  return (
    <div class="search" role="search">
      <Icon name="search" />
      <input
        ref={input}
        type="search"
        aria-label={label}
        placeholder={label}
        data-testid={`search-${name}`}
        value={typed.value}
        onInput={(event) => change(event.currentTarget.value)}
      />
    </div>
  );
}
