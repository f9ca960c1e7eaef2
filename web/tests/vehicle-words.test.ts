import { describe, expect, it } from "vitest";
import type { Vehicle } from "../src/api/vehicles";
import { dueDay, figures, rupiah } from "../src/lib/vehicle-words";

const HONDA: Vehicle = {
  plate: "D 1234 ABC",
  found: true,
  source: "table",
  as_of: "2026-11-25T06:39:00.000+07:00",
  stale: false,
  tax_due: 1_250_000,
  fine: 0,
  total: 1_250_000,
  due_date: "2026-11-24",
  make: "HONDA",
  type: "BEAT",
  year: 2019,
  colour: "HITAM",
  region: "",
  owner_region: "Kota Bandung",
};

describe("a vehicle's figures in words", () => {
  it("are whole rupiah in the way of each language", () => {
    expect(rupiah(1_250_000, "id")).toBe("Rp 1.250.000");
    expect(rupiah(1_250_000, "en")).toBe("Rp 1,250,000");
    expect(rupiah(0, "id")).toBe("Rp 0");
  });

  it("tell the due day that the source told, in any time zone", () => {
    expect(dueDay("2026-11-24", "en")).toBe("24 Nov 2026");
    expect(dueDay("2026-01-01", "id")).toBe("1 Jan 2026");
  });

  it("make one line in the caller's language", () => {
    expect(figures(HONDA, "id")).toMatch(
      /^D 1234 ABC \(HONDA BEAT 2019\): pajak Rp 1\.250\.000, denda Rp 0, jumlah Rp 1\.250\.000, jatuh tempo 24 Nov 2026 \(data per 2[45] Nov 2026\)\.$/,
    );
    expect(figures(HONDA, "en")).toContain("tax Rp 1,250,000, fine Rp 0, total Rp 1,250,000, due 24 Nov 2026");
  });

  it("leave out what the source does not tell, and work nothing out", () => {
    const bare = { ...HONDA, make: "", type: "", year: null, fine: 5000, total: null, due_date: null, as_of: null };
    expect(figures(bare, "id")).toBe("D 1234 ABC: pajak Rp 1.250.000, denda Rp 5.000.");
  });
});
