import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { get, patch } from "../src/api/client";

describe("a request", () => {
  const fetched = vi.fn((_path: string, _init: RequestInit) => Promise.resolve(new Response("{}")));

  beforeEach(() => vi.stubGlobal("fetch", fetched));
  afterEach(() => {
    vi.unstubAllGlobals();
    fetched.mockClear();
  });

  const sent = () => fetched.mock.calls[0]?.[1];

  it("that changes something outlives its page", async () => {
    await patch("/me", { email_notices: false });
    expect(sent()?.keepalive).toBe(true);
  });

  it("that is longer than browsers allow for that is sent all the same", async () => {
    await patch("/knowledge/1", { text: "a".repeat(9000) });
    expect(sent()?.keepalive).toBe(false);
  });

  it("that only reads ends with its page", async () => {
    await get("/me");
    expect(sent()?.keepalive).toBeUndefined();
  });
});
