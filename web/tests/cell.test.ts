import { describe, expect, it } from "vitest";
import { carriedOver, contentOf, differing, draftOf, fieldOfProblem, subjectCode } from "../src/lib/cell";
import { untold, withLine } from "../src/lib/details";

const CELL = {
  label: { id: "Pungutan liar", en: "Illegal levies" },
  unit: "Sekretariat",
  validation: true,
  priority: "high",
  answer: { id: "Terima kasih.", en: "Thank you." },
  required: [{ code: "tempat", label: { id: "Tempat", en: "Place" } }],
  examples: ["Diminta uang", "Ada calo"],
  active: true,
};
const BASE = draftOf(CELL);

describe("a cell in the form", () => {
  it("comes out as it went in", () => {
    expect(contentOf(BASE)).toEqual(CELL);
  });

  it("has no answer when neither language has words, and no empty examples", () => {
    const content = contentOf({ ...BASE, answer_id: " ", answer_en: "", examples: "\n  Diminta uang \n\n" });
    expect([content.answer, content.examples]).toEqual([null, ["Diminta uang"]]);
  });

  it("sends a new detail without a code, so that the service makes one", () => {
    const content = contentOf({ ...BASE, required: [...BASE.required, { code: "", id: " Waktu ", en: "Time" }] });
    expect(content.required[1]).toEqual({ label: { id: "Waktu", en: "Time" } });
  });

  it("is filled as far as an older version of the program has kept it", () => {
    expect(draftOf({ unit: "x" })).toMatchObject({ label_id: "", unit: "x", required: [], examples: "", active: true });
  });
});

describe("what was typed while somebody else saved", () => {
  it("takes over what only the other changed", () => {
    const { draft, collided } = carriedOver({ ...BASE, unit: "Bidang Pajak" }, BASE, { ...BASE, priority: "normal" });
    expect([draft.unit, draft.priority, collided]).toEqual(["Bidang Pajak", "normal", []]);
  });

  it("stays where both changed the same, and that is named", () => {
    const { draft, collided } = carriedOver({ ...BASE, unit: "mine" }, BASE, { ...BASE, unit: "theirs" });
    expect([draft.unit, collided]).toEqual(["mine", ["unit"]]);
  });

  it("is agreement when both typed the same", () => {
    const both = { ...BASE, unit: "ours" };
    expect(carriedOver(both, BASE, both).collided).toEqual([]);
  });
});

describe("differences and refusals", () => {
  it("finds a change inside a list", () => {
    expect(differing(BASE, { ...BASE, required: [] })).toEqual(["required"]);
  });

  it.each([
    ["label.id", "label_id"],
    ["answer.en", "answer_en"],
    ["required.0.label.id", "required"],
    ["examples.3", "examples"],
    ["revision", null],
  ])("finds the field of %s", (path, field) => {
    expect(fieldOfProblem(path)).toBe(field);
  });

  it("makes a subject's code of its name", () => {
    expect(subjectCode(" Opsen & PKB (baru) ")).toBe("opsen-pkb-baru");
  });
});

describe("details in the description", () => {
  const required = [
    { code: "tempat", label: { id: "Tempat kejadian", en: "Place" } },
    { code: "waktu", label: { id: "Waktu", en: "Time" } },
  ];

  it.each([
    ["", ["tempat", "waktu"]],
    ["Tempat kejadian:\nwaktu: pagi", ["tempat"]],
    ["PLACE : Soreang\nTime: 08.15", []],
  ])("are told by lines with their labels: %j", (description, missing) => {
    expect(untold(required, description).map((detail) => detail.code)).toEqual(missing);
  });

  it("get one line each, behind what is there", () => {
    expect(withLine("Diminta uang. \n", "Waktu")).toBe("Diminta uang.\nWaktu: ");
    expect(withLine("", "Waktu")).toBe("Waktu: ");
    expect(withLine("waktu:\nDiminta uang", "Waktu")).toBe("waktu:\nDiminta uang");
  });
});
