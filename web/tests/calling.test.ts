import { describe, expect, it } from "vitest";
import type { Directory } from "../src/api/types";
import { foundTargets, keyOf } from "../src/shell/targets";
import { noticeText } from "../src/state/told";
import { qualityKey } from "../src/ui/quality";

const directory: Directory = {
  items: [
    { kind: "operator", id: "operator2", label: { id: "Neneng Operator", en: "Neneng Operator" }, state: "ready", available: true },
    { kind: "coordinator", id: "koko", label: { id: "Koko Kartika", en: "Koko Kartika" }, state: null, available: true },
  ],
  numbers: true,
  rule: "",
};

describe("the targets of a transfer", () => {
  it.each([
    ["", ["operator-operator2", "coordinator-koko"]],
    ["nen", ["operator-operator2"]],
    ["koordinator", ["coordinator-koko"]],
    ["kart", ["coordinator-koko"]],
    ["xyz", []],
  ])("that “%s” finds, by name, id and kind", (typed, found) => {
    expect(foundTargets(directory, typed).map(keyOf)).toEqual(found);
  });

  it("have a typed number at their end, without its spaces", () => {
    expect(foundTargets(directory, "0812-34 56").map(keyOf)).toEqual(["number-08123456"]);
    expect(foundTargets(directory, "+62 812").map(keyOf)).toEqual(["number-+62812"]);
  });

  it("have no number where outside numbers may not be dialled, or where it is none yet", () => {
    expect(foundTargets({ ...directory, numbers: false }, "08123456")).toEqual([]);
    expect(foundTargets(directory, "08")).toEqual([]);
  });
});

describe("a notice", () => {
  it("says to whom and why", () => {
    const text = noticeText({ type: "notice", code: "consult_failed", level: "warning", to: { label: "Koko" }, reason: "busy" });
    expect(text).toContain("Koko");
    expect(text).toContain("sibuk");
  });

  it("keeps the ticket's number", () => {
    expect(noticeText({ type: "notice", code: "caller_left", level: "warning", ticket: "HTL-2026-000007" })).toContain("HTL-2026-000007");
  });

  it("of an unknown code is told in the server's words, or at least by its code", () => {
    expect(noticeText({ type: "notice", code: "brand_new", level: "info", detail: { id: "Kabar", en: "News" } })).toBe("Kabar");
    expect(noticeText({ type: "notice", code: "brand_new", level: "info" })).toContain("brand_new");
  });
});

describe("the quality of a line in a word", () => {
  it.each([
    [4.4, "quality_good"],
    [3.7, "quality_fair"],
    [3.2, "quality_poor"],
    [2.1, "quality_bad"],
  ])("of %s", (mos, key) => {
    expect(qualityKey(mos)).toBe(key);
  });
});
