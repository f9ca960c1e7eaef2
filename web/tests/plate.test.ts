import { describe, expect, it } from "vitest";
import { formatPlate, plateArea, plateParts } from "../src/lib/plate";

describe("a number plate", () => {
  it.each([
    ["d1234abc", "D 1234 ABC"],
    [" D-1234-abc ", "D 1234 ABC"],
    ["ab1", "AB 1"],
    ["z 9 x", "Z 9 X"],
  ])("typed as %s is shown as %s", (typed, shown) => {
    expect(formatPlate(typed)).toBe(shown);
  });

  it.each(["D", "1234", "D 0123 AB", "D 12345", "ABC 12", "D 1 ABCD", ""])("that is none stays as typed: %s", (typed) => {
    expect(plateParts(typed)).toBeNull();
    expect(formatPlate(typed)).toBe(typed);
  });

  it("tells its area as soon as a digit follows the letters", () => {
    expect(plateArea("d")).toBe("");
    expect(plateArea("d1")).toBe("D");
    expect(plateArea("ab 12")).toBe("AB");
  });

  it("keeps its spelling when formatted twice", () => {
    expect(formatPlate(formatPlate("b99tt"))).toBe("B 99 TT");
  });
});
