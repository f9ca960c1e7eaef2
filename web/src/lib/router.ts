import { signal } from "@preact/signals";

/** Where we are: `path` without query, and the query. Pages read it, links and `navigate` change it. */
export const route = signal(read());

function read(): { path: string; search: URLSearchParams } {
  if (typeof location === "undefined") return { path: "/", search: new URLSearchParams() };
  return { path: location.pathname, search: new URLSearchParams(location.search) };
}

export function navigate(to: string, replace = false): void {
  if (replace) history.replaceState(null, "", to);
  else history.pushState(null, "", to);
  const moved = route.value.path !== location.pathname;
  route.value = read();
  if (moved) document.getElementById("main")?.scrollTo(0, 0);
}

/** Changes parts of the query in place: filters live in the address, so that back, reload and sharing keep them. */
export function setQuery(changes: Readonly<Record<string, string>>): void {
  const search = new URLSearchParams(route.value.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === "") search.delete(name);
    else search.set(name, value);
  }
  const text = search.toString();
  navigate(route.value.path + (text === "" ? "" : `?${text}`), true);
}

export const queryValue = (name: string): string => route.value.search.get(name) ?? "";

/** The parameters of `pattern` (`/tickets/:number`) in `path`, or `null` when it is another page. */
export function match(pattern: string, path: string): Record<string, string> | null {
  const [want, have] = [pattern.split("/"), path.replace(/(.)\/$/, "$1").split("/")];
  if (want.length !== have.length) return null;
  const found: Record<string, string> = {};
  for (const [index, part] of want.entries()) {
    const actual = have[index] ?? "";
    if (part.startsWith(":")) found[part.slice(1)] = decodeURIComponent(actual);
    else if (part !== actual) return null;
  }
  return found;
}

/** A plain left click on a link of our own stays in the page; everything else is the browser's business. */
function ownLink(event: MouseEvent): string | null {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return null;
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (link === null || link.target !== "" || link.hasAttribute("download")) return null;
  if (link.origin !== location.origin || link.pathname.startsWith("/api/")) return null;
  return link.hash !== "" && link.pathname === location.pathname ? null : link.pathname + link.search;
}

export function startRouter(): void {
  addEventListener("popstate", () => (route.value = read()));
  document.addEventListener("click", (event) => {
    const to = ownLink(event);
    if (to === null) return;
    event.preventDefault();
    navigate(to);
  });
}
