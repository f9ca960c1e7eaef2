import { describe, expect, it } from "vitest";
import type { TicketSummary } from "../src/api/types";
import { edit, keepMine, mergeServer, NOTHING, settle } from "../src/lib/merge";

function ticket(changes: Partial<TicketSummary> & { name?: string } = {}): TicketSummary {
  const { name = "", ...rest } = changes;
  return {
    number: "HTL-2026-000001",
    version: 1,
    step: "identity",
    kind: null,
    caller: { number: "+6281234567890", name },
    plate: "",
    region: "",
    description: "",
    category: null,
    answer: "",
    origin: "call", operator: "operator1",
    created_at: "2026-11-24T08:00:00+07:00",
    closed_at: null,
    closed_as: null,
    callback: null,
    ...rest,
  };
}

describe("what is typed", () => {
  it("remembers what the field held when typing began", () => {
    const once = edit(NOTHING, ticket({ name: "Budi" }), "caller_name", "Budi S");
    const twice = edit(once, ticket({ name: "Budi" }), "caller_name", "Budi Santoso");
    expect(twice).toEqual({ edits: { caller_name: "Budi Santoso" }, base: { caller_name: "Budi" } });
  });

  it("back to what is stored leaves nothing unsaved", () => {
    const typed = edit(NOTHING, ticket(), "answer", "x");
    expect(edit(typed, ticket(), "answer", "")).toEqual(NOTHING);
  });

  it("into one field leaves the others alone", () => {
    const both = edit(edit(NOTHING, ticket(), "plate", "D 1"), ticket(), "answer", "ya");
    expect(Object.keys(both.edits)).toEqual(["plate", "answer"]);
  });
});

describe("a newer ticket while something is typed", () => {
  const typed = edit(NOTHING, ticket(), "description", "mine");

  it("keeps what is typed when others changed other fields", () => {
    expect(mergeServer(typed, ticket({ answer: "theirs" }))).toEqual({ unsaved: typed, conflicts: [] });
  });

  it("is done with a field that already holds what is typed", () => {
    expect(mergeServer(typed, ticket({ description: "mine" }))).toEqual({ unsaved: NOTHING, conflicts: [] });
  });

  it("is a conflict only when the field holds a third value, and loses neither", () => {
    const merged = mergeServer(typed, ticket({ description: "theirs" }));
    expect(merged.conflicts).toEqual(["description"]);
    expect(merged.unsaved.edits.description).toBe("mine");
  });

  it("is no conflict any more once a person kept their own", () => {
    const kept = keepMine(typed, "description", "theirs");
    expect(mergeServer(kept, ticket({ description: "theirs" })).conflicts).toEqual([]);
    expect(kept.edits.description).toBe("mine");
  });
});

describe("a save that the server took", () => {
  it("leaves nothing unsaved when nothing was typed since", () => {
    const typed = edit(NOTHING, ticket(), "answer", "ya");
    expect(settle(typed, { answer: "ya" }, ticket({ answer: "ya" }))).toEqual(NOTHING);
  });

  it("keeps what was typed since, on the stored value", () => {
    const typed = edit(NOTHING, ticket(), "answer", "ya, betul");
    const settled = settle(typed, { answer: "ya" }, ticket({ answer: "ya" }));
    expect(settled).toEqual({ edits: { answer: "ya, betul" }, base: { answer: "ya" } });
    expect(mergeServer(settled, ticket({ answer: "ya" })).conflicts).toEqual([]);
  });

  it("takes the server's own spelling without a conflict", () => {
    const typed = edit(NOTHING, ticket(), "plate", "d1abc");
    const stored = ticket({ plate: "D 1 ABC" });
    expect(mergeServer(settle(typed, { plate: "d1abc" }, stored), stored)).toEqual({ unsaved: NOTHING, conflicts: [] });
  });

  it("leaves fields alone that were not sent", () => {
    const typed = edit(edit(NOTHING, ticket(), "plate", "D 1"), ticket(), "answer", "ya");
    expect(settle(typed, { plate: "D 1" }, ticket({ plate: "D 1" })).edits).toEqual({ answer: "ya" });
  });
});
