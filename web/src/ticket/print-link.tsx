import { printed } from "../api/paper";
import { language, t } from "../texts";
import { Icon } from "../ui/icon";

/** The ticket's one-page form, in a tab of its own, where the browser prints it. `short` shows only the icon. */
export function PrintLink({ number, short = false }: { number: string; short?: boolean }) {
  const named = t("print_of", { number });
  return (
    <a
      class={short ? "print-link" : "button button-plain"}
      href={`/api/v1${printed.form(number, language.value)}`}
      target="_blank"
      title={named}
      aria-label={short ? named : undefined}
      data-testid={short ? "print-row" : "print"}
    >
      <Icon name="print" />
      {!short && <span class="button-text">{t("print")}</span>}
    </a>
  );
}
