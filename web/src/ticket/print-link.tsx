import { useRef } from "preact/hooks";
import { printed } from "../api/paper";
import { useShortcuts } from "../lib/keys";
import { language, t } from "../texts";
import { Icon } from "../ui/icon";

const KEYS = "Ctrl+P";

const href = (number: string): string => `/api/v1${printed.form(number, language.value)}`;

/** The ticket's one-page form, in a tab of its own, where the browser prints it: the only icon of a list's line. */
function RowLink({ number }: { number: string }) {
  const named = t("print_of", { number });
  return <a class="print-link" href={href(number)} target="_blank" title={named} aria-label={named} data-testid="print-row"><Icon name="print" /></a>;
}

/** On a ticket's own page the browser's key for printing opens that form: the SOP's hardcopy, not the page's fields. */
function PageLink({ number }: { number: string }) {
  const link = useRef<HTMLAnchorElement>(null);
  useShortcuts({ [KEYS]: () => link.current?.click() });
  return (
    <a ref={link} class="button button-plain" href={href(number)} target="_blank" title={t("print_of", { number })} aria-keyshortcuts="Control+P" data-testid="print">
      <Icon name="print" />
      <span class="button-text">{t("print")}</span>
      <kbd aria-hidden="true">{KEYS}</kbd>
    </a>
  );
}

/** `short` shows only the icon. */
export const PrintLink = ({ number, short = false }: { number: string; short?: boolean }) =>
  short ? <RowLink number={number} /> : <PageLink number={number} />;
