import { del, get, post } from "./client";
import type { Account, SessionInfo } from "./types";

/** A browser in which somebody is logged in (desk/shapes.py, SignedInBrowser). */
export interface SignedInBrowser {
  id: string;
  since: string;
  seen_at: string;
  expires_at: string;
  address: string;
  browser: string;
  factor: string;
  current: boolean;
}

export interface Passkey {
  id: string;
  name: string;
  since: string;
  used_at: string | null;
}

export interface Factors {
  totp_since: string | null;
  passkeys: Passkey[];
  recovery_left: number;
  required: boolean;
}

/** `qr`: rows of the QR code, "1" for dark. */
export interface TotpOffer {
  secret: string;
  uri: string;
  qr: string[];
}

interface Question {
  public_key: Record<string, unknown>;
}

interface Codes {
  codes: string[];
}

type Browsers = { items: SignedInBrowser[] };

/** By what one can log in besides the password: what the OpenID Connect provider is called, if there is one. */
export const signInWays = () => get<{ openid: string | null }>("/session/ways");

/** Where the browser goes to log in there. */
export const OPENID_START = "/api/v1/session/openid";

/** The second step of logging in. */
export const secondStep = {
  code: (code: string) => post<SessionInfo>("/session/code", { code }),
  question: () => post<Question>("/session/passkey/question"),
  passkey: (credential: unknown) => post<SessionInfo>("/session/passkey", { credential }),
  proof: (password: string) => post<void>("/session/proof", { password }),
};

export const factors = {
  mine: () => get<Factors>("/me/factors"),
  offer: () => post<TotpOffer>("/me/factors/totp"),
  confirm: (code: string) => post<Codes>("/me/factors/totp/confirm", { code }),
  removeApp: () => del<void>("/me/factors/totp"),
  question: () => post<Question>("/me/factors/passkeys/question"),
  addPasskey: (name: string, credential: unknown) => post<Codes>("/me/factors/passkeys", { name, credential }),
  removePasskey: (id: string) => del<void>(`/me/factors/passkeys/${encodeURIComponent(id)}`),
  newCodes: () => post<Codes>("/me/factors/recovery-codes"),
  reset: (username: string) => del<Account>(`/accounts/${encodeURIComponent(username)}/factors`),
};

export interface BrowserList {
  list: () => Promise<Browsers>;
  end: (id: string) => Promise<void>;
  /** All but this one. */
  endAll: () => Promise<void>;
}

export const myBrowsers: BrowserList = {
  list: () => get<Browsers>("/me/sessions"),
  end: (id) => del<void>(`/me/sessions/${id}`),
  endAll: () => del<void>("/me/sessions"),
};

export const browsersOf = (username: string): BrowserList => {
  const path = `/accounts/${encodeURIComponent(username)}/sessions`;
  return { list: () => get<Browsers>(path), end: (id) => del<void>(`${path}/${id}`), endAll: () => del<void>(path) };
};
