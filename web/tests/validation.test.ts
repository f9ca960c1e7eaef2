import { signal } from "@preact/signals";
import { describe, expect, it } from "vitest";
import type { TicketSummary } from "../src/api/types";
import type { Escalation, HandOver, InboxItem } from "../src/api/validation";
import { neighbour, remaining, sorted, withItem } from "../src/lib/inbox-order";
import { localInput } from "../src/lib/time";
import { fromWall } from "../src/lib/zone";
import { pressure } from "../src/pages/inbox/waiting";
import { names, offices } from "../src/state/reference";
import { lacking, saidOf } from "../src/ticket/escalation-promise";
import { handOverText, isOpen, stageSince } from "../src/ticket/escalation-words";

const item = (number: string, due: string | null, since = "2026-11-24T08:00:00+07:00"): InboxItem =>
  ({ ticket: { number } as TicketSummary, due_at: due, since }) as InboxItem;

const numbers = (items: readonly InboxItem[]) => items.map((each) => each.ticket.number);

describe("the order of an inbox", () => {
  const late = item("A", "2026-11-24T08:05:00+07:00");
  const later = item("B", "2026-11-24T08:10:00+07:00");
  const old = item("C", null, "2026-11-24T07:00:00+07:00");

  it("has what is due first at its top, and what has no deadline by its age", () => {
    expect(numbers(sorted([later, late, old]))).toEqual(["C", "A", "B"]);
  });

  it("compares moments, not their spelling", () => {
    expect(numbers(sorted([later, item("Z", "2026-11-24T01:07:00Z")]))).toEqual(["Z", "B"]);
  });

  it("holds a ticket once, at its new place", () => {
    expect(numbers(withItem([late, later], item("A", "2026-11-24T09:00:00+07:00")))).toEqual(["B", "A"]);
    expect(numbers(remaining([late, later], "A"))).toEqual(["B"]);
  });

  it.each([
    ["A", 1, "B"],
    ["B", 1, "B"],
    ["A", -1, "A"],
    ["", 1, "A"],
    ["gone", -1, "A"],
  ])("from “%s” by %d leads to %s", (from, by, to) => {
    expect(neighbour([late, later], from, by)).toBe(to);
  });

  it("leads nowhere when nothing is there", () => {
    expect(neighbour([], "", 1)).toBeNull();
  });
});

describe("how a question presses", () => {
  const due = item("A", "2026-11-24T08:10:00+07:00");
  const at = (clock: string) => Date.parse(`2026-11-24T${clock}+07:00`);

  it.each([
    ["08:00:00", "calm"],
    ["08:07:59", "calm"],
    ["08:08:00", "soon"],
    ["08:10:00", "soon"],
    ["08:10:01", "over"],
  ] as const)("at %s is %s", (clock, how) => {
    expect(pressure(due, at(clock))).toBe(how);
  });

  it("is never late without a deadline", () => {
    expect(pressure(item("A", null), at("23:00:00"))).toBe("calm");
  });
});

describe("a promise to call back", () => {
  const promise = (change: Partial<Record<"at" | "number", string> & Record<"works" | "confirmed", boolean>> = {}) => ({
    at: signal(change.at ?? "2099-01-01T10:00"),
    works: signal<boolean | null>(change.works ?? true),
    number: signal(change.number ?? " +62812345678"),
    confirmed: signal(change.confirmed ?? true),
  });

  it("lacks nothing with a time to come and a number that was confirmed", () => {
    expect(lacking(promise())).toBe("");
    expect(saidOf(promise({ at: "2099-01-01T03:00:00.000Z" }))).toEqual({ promised_at: "2099-01-01T03:00:00.000Z", number: "+62812345678" });
  });

  it.each([
    [{ at: "" }, "Pilih waktu yang dijanjikan."],
    [{ at: "2001-01-01T10:00" }, "Waktu itu sudah lewat."],
    [{ works: false }, "Di luar jam kerja: tidak ada yang dapat menelepon saat itu."],
    [{ confirmed: false }, "Pastikan dulu nomornya."],
    [{ number: " " }, "Pastikan dulu nomornya."],
  ])("with %o says so", (change, said) => {
    expect(lacking(promise(change))).toBe(said);
  });

  it("stands in the picker by the clock of the office", () => {
    expect(fromWall(localInput(Date.parse("2026-11-24T08:05:00Z")))).toBe(Date.parse("2026-11-24T08:05:00Z"));
    expect(localInput(Number.NaN)).toBe("");
  });
});

describe("a hand-over in words", () => {
  const entry = (action: string, by = "ayu", to = ""): HandOver => ({ at: "2026-11-24T08:00:00Z", by, action, to, text: "" });

  it("names people, offices and desks by their names", () => {
    names.value = new Map([["koko", "Koko Kartika"]]);
    offices.value = [{ code: "bandung", name: "P3DW Bandung", plate_area: "D" }];
    expect(handOverText(entry("ask_pic", "koko", "bandung"))).toBe("Koko Kartika bertanya kepada P3DW Bandung");
    expect(handOverText(entry("answer_operator", "koko", "operators"))).toBe("Koko Kartika menyerahkan jawaban kepada Operator siapa pun");
  });

  it("that this page does not know still says who did it", () => {
    expect(handOverText(entry("raise_alarm"))).toBe("ayu: raise_alarm");
    expect(handOverText(entry("told", ""))).toBe("sistem menyampaikan kepada penelepon");
  });

  it("begins the present stage; a told question is open no more", () => {
    const escalation = { state: "pic", asked_at: "2026-11-24T07:00:00Z", handovers: [entry("escalate"), entry("accept")] } as unknown as Escalation;
    expect(stageSince(escalation)).toBe("2026-11-24T08:00:00Z");
    expect(stageSince({ ...escalation, handovers: [] })).toBe("2026-11-24T07:00:00Z");
    expect([isOpen(escalation), isOpen({ ...escalation, state: "told" }), isOpen(null)]).toEqual([true, false, false]);
  });
});
