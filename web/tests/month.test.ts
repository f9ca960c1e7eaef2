import { describe, expect, it } from "vitest";
import { dayName, monthName, monthSpan } from "../src/lib/month";
import { isoDay } from "../src/lib/time";

describe("spans to print", () => {
  it("a month runs from its first to its last day, also in February", () => {
    expect(monthSpan("2026-11")).toEqual({ from: "2026-11-01", to: "2026-11-30" });
    expect(monthSpan("2028-02")).toEqual({ from: "2028-02-01", to: "2028-02-29" });
    expect(monthSpan("2100-02")).toEqual({ from: "2100-02-01", to: "2100-02-28" });
  });

  it("what is no month has no span", () => {
    for (const text of ["", "2026", "2026-13", "2026-1", "november"]) expect(monthSpan(text)).toBeNull();
  });

  it("a day is that of this computer's clock", () => {
    expect(isoDay(new Date(2026, 0, 5, 23, 59).getTime())).toBe("2026-01-05");
  });

  it("days and months have names in both languages", () => {
    expect(monthName("2026-12", "id")).toBe("Desember 2026");
    expect(monthName("2026-12", "en")).toBe("December 2026");
    expect(dayName("2026-11-24", "id")).toBe("Selasa, 24 November");
  });
});
