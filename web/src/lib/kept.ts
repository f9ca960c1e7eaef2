import { forget, keys } from "./storage";

/** What somebody typed and did not send or save, by what it belongs to: the ends of the keys in this browser's storage. */
const KINDS = {
  draft: /^([^.]+)$/, // lib/drafts: number of a ticket
  words: /^([^.]+)\.[^.]+$/, // lib/words: number of a ticket, part
  proposal: /^(\d+|new)$/, // lib/proposal-drafts: article
} as const;

type Kind = keyof typeof KINDS;

/** Names in storage with what they are about. The end is looked at, too: somebody else may be called `siti.rahma`. */
function ofKind(kind: Kind, user: string): readonly (readonly [string, string])[] {
  const prefix = `sambut.${kind}.${user}.`;
  return keys().flatMap((name) => {
    const about = name.startsWith(prefix) ? KINDS[kind].exec(name.slice(prefix.length))?.[1] : undefined;
    return about === undefined ? [] : [[name, about] as const];
  });
}

/** Tickets about which this user has something unsaved on this computer. */
export function keptTickets(user: string): readonly string[] {
  const about = [...ofKind("draft", user), ...ofKind("words", user)].map(([, number]) => number);
  return [...new Set(about)].sort();
}

/** How many proposals this user has begun on this computer. */
export const keptProposals = (user: string): number => ofKind("proposal", user).length;

/** Everything that this user typed goes: they have signed out. */
export function forgetKept(user: string): void {
  for (const kind of Object.keys(KINDS) as Kind[]) ofKind(kind, user).forEach(([name]) => forget(name));
}
