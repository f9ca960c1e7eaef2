import { describe, expect, it } from "vitest";
import { matches } from "../src/lib/filter";
import { spokenGreeting } from "../src/lib/greeting";
import { keyName } from "../src/lib/keys";
import { makePassword } from "../src/lib/password";
import { match } from "../src/lib/router";

describe("the type-to-filter", () => {
  it.each(["bandung", "kota ban", "PAJAJARAN kota", "", "i paj"])("finds an office by the beginnings of its words: %s", (typed) => {
    expect(matches("P3DW Kota Bandung I Pajajaran", typed)).toBe(true);
  });

  it("does not find the middle of a word", () => {
    expect(matches("P3DW Kota Bandung I Pajajaran", "andung")).toBe(false);
  });
});

describe("the greeting script", () => {
  const script = "Selamat pagi/siang/sore, dengan [nama Anda].";

  it.each([
    [8, "Selamat pagi, dengan Euis."],
    [13, "Selamat siang, dengan Euis."],
    [16, "Selamat sore, dengan Euis."],
  ])("at %d o'clock reads %s", (hour, spoken) => {
    expect(spokenGreeting(script, "Euis", hour, "id")).toBe(spoken);
  });

  it("of an installation's own wording stays as it is", () => {
    expect(spokenGreeting("Halo, Bapenda.", "Euis", 8, "id")).toBe("Halo, Bapenda.");
  });
});

describe("a made password", () => {
  it("has four groups of four letters that do not look alike", () => {
    expect(makePassword()).toMatch(/^([abcdefghjkmnpqrstuvwxyz23456789]{4}-){3}[abcdefghjkmnpqrstuvwxyz23456789]{4}$/);
  });

  it("skips bytes that would make some letters likelier", () => {
    let round = 0;
    const random = (bytes: Uint8Array) => bytes.fill(round++ === 0 ? 255 : 0);
    expect(makePassword(random)).toBe("aaaa-aaaa-aaaa-aaaa");
  });
});

describe("a route", () => {
  it("hands over its parameters, decoded", () => {
    expect(match("/tickets/:number", "/tickets/HTL-2026-000001/")).toEqual({ number: "HTL-2026-000001" });
  });

  it("is no other page", () => {
    expect(match("/tickets", "/tickets/HTL-2026-000001")).toBeNull();
    expect(match("/tickets", "/calls")).toBeNull();
  });
});

describe("a shortcut's name", () => {
  const press = (init: Partial<KeyboardEvent>) => keyName({ key: "", code: "", ...init } as KeyboardEvent);

  it("has its modifiers in a fixed order", () => {
    expect(press({ key: "Enter", ctrlKey: true, shiftKey: true })).toBe("Ctrl+Shift+Enter");
    expect(press({ key: "F9", shiftKey: true })).toBe("Shift+F9");
  });

  it("goes by the digit's place on the keyboard when Alt changes the character", () => {
    expect(press({ key: "¡", code: "Digit1", altKey: true })).toBe("Alt+1");
  });

  it("of ? needs no Shift in it, whatever the keyboard", () => {
    expect(press({ key: "?", shiftKey: true })).toBe("?");
  });
});
