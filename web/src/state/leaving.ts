import { effect, signal } from "@preact/signals";
import { forgetKept, keptProposals, keptTickets } from "../lib/kept";
import { forgetCells, keptCells } from "./cell-drafts";
import { restoreDrafts, retireAll, saveAll } from "./editors";
import { logOut, signedOutElsewhere, user } from "./session";

/** What signing out now would lose: numbers of tickets, and how many proposals and cells of the matrix. */
export interface Unsaved {
  tickets: readonly string[];
  proposals: number;
  cells: number;
}

/** Set while somebody wants to leave and something of theirs is not saved. */
export const wouldLose = signal<Unsaved | null>(null);
export const leaving = signal(false);

const anything = ({ tickets, proposals, cells }: Unsaved) => tickets.length + proposals + cells > 0;
const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("sambut.session");

function unsavedOf(name: string): Unsaved {
  return { tickets: keptTickets(name), proposals: keptProposals(name), cells: keptCells() };
}

/** Saves what can be saved, also what another tab typed, and signs out; asks first if something would be lost. */
export async function signOut(): Promise<void> {
  const name = user.value?.username;
  if (name === undefined || leaving.value) return;
  leaving.value = true;
  try {
    await restoreDrafts(name);
    await saveAll();
    const left = unsavedOf(name);
    if (anything(left)) wouldLose.value = left;
    else await leave();
  } finally {
    leaving.value = false;
  }
}

/** Signs out, and nothing that this person typed stays in this browser, in no tab. */
export async function leave(): Promise<void> {
  const name = user.value?.username;
  wouldLose.value = null;
  if (name === undefined) return;
  await logOut();
  forgetPerson(name);
  channel?.postMessage(name);
}

/** What this page has in memory. */
function forgetTyped(): void {
  retireAll();
  forgetCells();
}

function forgetPerson(name: string): void {
  forgetTyped();
  forgetKept(name);
}

/** Once, when the page opens: other tabs' signing out, and somebody else who signs in here after a session ended by itself. */
export function watchForLeaving(): void {
  let last = "";
  effect(() => {
    const name = user.value?.username;
    if (name === undefined || name === last) return;
    if (last !== "") forgetTyped();
    last = name;
  });
  channel?.addEventListener("message", ({ data }) => {
    if (typeof data !== "string") return;
    forgetPerson(data); // also when the server told this tab first
    if (user.value?.username === data) signedOutElsewhere();
  });
}
