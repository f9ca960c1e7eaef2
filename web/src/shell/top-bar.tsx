import { useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { ROUTES } from "../pages/routes";
import { navigate, route } from "../lib/router";
import { useShortcuts } from "../lib/keys";
import { hasInbox, readsTickets, server, takesCalls, user } from "../state/session";
import { leaving, signOut, wouldLose } from "../state/leaving";
import { callbacksOpen } from "../state/callbacks";
import { fresh, inboxCount } from "../state/inbox";
import { proposalsWaiting } from "../state/knowledge";
import { t } from "../texts";
import { Button } from "../ui/button";
import { LanguageSwitch } from "../ui/language";
import { UnsavedDialog } from "./unsaved";
import { ShortcutsDialog } from "./shortcuts";

/** Between two parts of the bar, in pixels, as shell.css has it at the most. */
const GAP_PX = 12;

function Navigation() {
  const here = route.value.path;
  return (
    <nav aria-label={t("main_navigation")}>
      {ROUTES.filter((page) => page.nav !== undefined && page.open?.value !== false).map((page) => (
        <a
          key={page.pattern}
          href={page.pattern}
          aria-current={here === page.pattern ? "page" : here.startsWith(`${page.pattern}/`) ? "true" : undefined}
          data-testid={`nav${page.pattern.replace("/", "-")}`}
        >
          {page.nav !== undefined && t(page.nav)}
          {page.pattern === "/callbacks" && callbacksOpen.value > 0 && (
            <span class="count" data-testid="callbacks-open">{callbacksOpen.value}</span>
          )}
          {page.pattern === "/knowledge" && proposalsWaiting.value > 0 && (
            <span class="count" data-testid="proposals-waiting">{proposalsWaiting.value}</span>
          )}
          {page.pattern === "/inbox" && inboxCount.value > 0 && (
            <span class="count count-inbox" data-fresh={fresh.value.size > 0} data-testid="inbox-count">{inboxCount.value}</span>
          )}
        </a>
      ))}
    </nav>
  );
}

/** Whether the pages' names need a row of their own: a name that is cut or broken is not found. */
function useCrowded(bar: RefObject<HTMLElement | null>): boolean {
  const crowded = useSignal(false);
  const measure = () => {
    const header = bar.current;
    if (header === null) return;
    const links = [...header.querySelectorAll("nav > a")].map((link) => link.getBoundingClientRect());
    const others = [...header.querySelectorAll(".brand, .top-bar-end > *")].map((part) => part.getBoundingClientRect().width);
    const pages = (links.at(-1)?.right ?? 0) - (links[0]?.left ?? 0);
    crowded.value = pages + others.reduce((sum, width) => sum + width + GAP_PX, 4 * GAP_PX) > header.clientWidth;
  };
  useLayoutEffect(measure);
  useLayoutEffect(() => {
    const observer = new ResizeObserver(measure);
    if (bar.current !== null) observer.observe(bar.current);
    return () => observer.disconnect();
  }, []);
  return crowded.value;
}

export function TopBar() {
  const help = useSignal(false);
  const bar = useRef<HTMLElement>(null);
  const crowded = useCrowded(bar);
  useShortcuts({
    "?": () => (help.value = !help.value),
    ...(takesCalls.value ? { F2: () => navigate("/desk") } : {}),
    ...(hasInbox.value ? { "Alt+I": () => navigate("/inbox") } : {}),
    ...(readsTickets.value ? { "/": () => navigate("/tickets?focus=1") } : {}),
  });
  return (
    <header ref={bar} class="top-bar" data-crowded={crowded}>
      <a class="brand" href="/">
        <img src="/icon.svg" alt="" width="24" height="24" />
        Sambut
        {server.value?.demo === true && <span class="tag">{t("demo")}</span>}
      </a>
      <Navigation />
      <div class="top-bar-end">
        <Button look="quiet" icon="keyboard" label={t("shortcuts")} testid="help-button" onClick={() => (help.value = true)} />
        <LanguageSwitch />
        <a class="me-link" href="/me" data-testid="nav-me" aria-current={route.value.path === "/me" ? "page" : undefined}>
          <span>{user.value?.name}</span>
          <small>{user.value !== null && t(`role_${user.value.role}`)}</small>
        </a>
        <Button look="quiet" testid="log-out" disabled={leaving.value} onClick={() => void signOut()}>{t("log_out")}</Button>
      </div>
      {wouldLose.value !== null && <UnsavedDialog unsaved={wouldLose.value} />}
      {help.value && <ShortcutsDialog onClose={() => (help.value = false)} />}
    </header>
  );
}
