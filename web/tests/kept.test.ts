import { beforeEach, describe, expect, it, vi } from "vitest";
import { forgetKept, keptProposals, keptTickets } from "../src/lib/kept";

describe("what somebody typed and did not save", () => {
  const stored = new Map<string, string>();

  beforeEach(() => {
    stored.clear();
    const names = [
      "draft.siti.HTL-2026-000001", "words.siti.HTL-2026-000001.ask", "words.siti.HTL-2026-000002.answer",
      "proposal.siti.new", "proposal.siti.7", "draft.siti.rahma.HTL-2026-000003", "words.siti.rahma.HTL-2026-000003.ask",
      "proposal.siti.rahma.new", "draft.budi.HTL-2026-000004", "language", "headset",
    ];
    names.forEach((name) => stored.set(`sambut.${name}`, '""'));
    const storage = { removeItem: (name: string) => stored.delete(name) };
    vi.stubGlobal("localStorage", new Proxy(storage, { ownKeys: () => [...stored.keys()], getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }) }));
  });

  it("is told by ticket, each once, and not of somebody with a longer name", () => {
    expect(keptTickets("siti")).toEqual(["HTL-2026-000001", "HTL-2026-000002"]);
    expect(keptProposals("siti")).toBe(2);
    expect(keptTickets("siti.rahma")).toEqual(["HTL-2026-000003"]);
  });

  it("goes altogether, and nothing else does", () => {
    forgetKept("siti");
    expect([...stored.keys()].map((name) => name.slice(7))).toEqual([
      "draft.siti.rahma.HTL-2026-000003", "words.siti.rahma.HTL-2026-000003.ask", "proposal.siti.rahma.new",
      "draft.budi.HTL-2026-000004", "language", "headset",
    ]);
  });
});
