import { computed, signal } from "@preact/signals";
import { ApiError, Unreachable, whenSignedOut } from "../api/client";
import { me, session as api } from "../api/resources";
import type { Account, Language, Role, Server, SessionInfo } from "../api/types";
import { recall, remember } from "../lib/storage";
import { language, t } from "../texts";
import { attempt, notify } from "./notices";

const LANGUAGE_KEY = "sambut.language";

export const user = signal<Account | null>(null);
export const server = signal<Server | null>(null);
/** By which password one proves who one is; `null` for who has none. */
export const ownPassword = signal<SessionInfo["password"]>("own");
export const sessionKnown = signal(false);
/** The password was right, and something else is asked for before anybody is logged in. */
export const pendingSession = signal<SessionInfo | null>(null);

const rolesOf = (...roles: Role[]) => computed(() => user.value !== null && roles.includes(user.value.role));

/** Mirrors `desk.roles`: what the server would refuse is not offered. */
export const takesCalls = rolesOf("operator");
export const seesLive = rolesOf("operator", "coordinator", "supervisor", "admin");
export const readsTickets = rolesOf("operator", "coordinator", "supervisor", "admin");
export const editsTickets = rolesOf("operator", "coordinator", "supervisor");
export const readsCalls = readsTickets;
export const printsRegisters = rolesOf("coordinator", "supervisor", "admin");
export const readsMetrics = rolesOf("coordinator", "supervisor", "admin");
export const readsStatus = rolesOf("coordinator", "supervisor", "admin");
/** Questions of the validation loop come to these. */
export const hasInbox = rolesOf("operator", "coordinator", "pic", "supervisor");
export const coordinates = rolesOf("coordinator");
export const withdraws = rolesOf("operator", "supervisor");
export const answersValidation = rolesOf("pic");
export const managesAccounts = rolesOf("admin");
export const managesIntegrations = rolesOf("admin");
export const managesVehicles = rolesOf("admin");
export const managesMatrix = rolesOf("admin");
export const blocksCallers = rolesOf("coordinator", "supervisor", "admin");

export function showLanguage(choice: Language): void {
  language.value = choice;
  document.documentElement.lang = choice;
  remember(LANGUAGE_KEY, choice);
}

/** Switches at once; the account learns of it when someone is logged in. */
export async function chooseLanguage(choice: Language): Promise<void> {
  showLanguage(choice);
  const account = user.value;
  if (account === null) return;
  user.value = { ...account, language: choice };
  await attempt(() => me.language(choice));
}

export function enter(info: SessionInfo): void {
  const waits = info.pending !== undefined;
  pendingSession.value = waits ? info : null;
  ownPassword.value = info.password;
  if (waits) return;
  user.value = info.user;
  server.value = info.server;
  showLanguage(info.user.language);
}

/** Asks who is logged in, once, when the page opens. Retries while the server is still starting. */
export async function findSession(): Promise<void> {
  showLanguage(recall(LANGUAGE_KEY) === "en" ? "en" : "id");
  try {
    enter(await api.who());
  } catch (error) {
    if (!(error instanceof ApiError)) return void window.setTimeout(() => void findSession(), 2000);
    pendingSession.value = null;
  }
  sessionKnown.value = true;
}

/** Asks again after the line was cut: a session that has ended shows itself by the answer (`whenSignedOut`). */
export async function checkSession(): Promise<void> {
  try {
    await api.who();
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof Unreachable)) throw error;
  }
}

export async function logIn(username: string, password: string): Promise<void> {
  enter(await api.logIn(username, password));
}

export async function logOut(): Promise<void> {
  await attempt(() => api.logOut());
  user.value = pendingSession.value = null;
}

/** Another tab of this browser has signed out. */
export function signedOutElsewhere(): void {
  user.value = null;
  notify("warning", t("signed_out_elsewhere"));
}

whenSignedOut(() => {
  pendingSession.value = null;
  if (user.value === null) return;
  user.value = null;
  notify("warning", t("problem_not_signed_in"));
});
