import { ApiError, Unreachable } from "../api/client";
import { tickets } from "../api/resources";
import type { Ticket } from "../api/types";
import { draftedTickets } from "../lib/drafts";
import { TicketEditor } from "./editor";

/** Clean editors kept for going back and forth between pages. */
const KEPT = 20;

const editors = new Map<string, TicketEditor>();
let owner = "";

/** The one editor of a ticket in this page, so that desk and ticket page never save against each other. */
export function editorFor(user: string, ticket: Ticket): TicketEditor {
  forgetOthers(user);
  const known = editors.get(ticket.number);
  if (known !== undefined) {
    known.adopt(ticket);
    return known;
  }
  prune();
  const made = new TicketEditor(user, ticket);
  editors.set(ticket.number, made);
  return made;
}

export function adoptTicket(ticket: Ticket): void {
  editors.get(ticket.number)?.adopt(ticket);
}

/** The line is back: send what could not be sent. */
export function flushAll(): void {
  for (const editor of editors.values()) if (editor.dirty.value) void editor.flush();
}

/** Sends everything that can be sent, also what another tab of this browser could not, and waits for the answers. */
export async function saveAll(): Promise<void> {
  editors.forEach((editor) => editor.takeUp());
  await Promise.all([...editors.values()].filter((editor) => editor.dirty.value).map((editor) => editor.flush()));
}

/** Whoever typed here has signed out: nothing more is sent or kept. */
export function retireAll(): void {
  editors.forEach((editor) => editor.retire());
  editors.clear();
}

/** Takes up what an earlier page left unsaved on this computer: a crash, a reload, a dead network. */
export async function restoreDrafts(user: string): Promise<void> {
  for (const number of draftedTickets(user)) {
    if (editors.has(number)) continue;
    try {
      editorFor(user, await tickets.one(number));
    } catch (error) {
      if (!(error instanceof ApiError || error instanceof Unreachable)) throw error;
      return; // the draft stays where it is; the next connection tries again
    }
  }
}

export function unsavedAnywhere(): boolean {
  return [...editors.values()].some((editor) => editor.dirty.value);
}

function prune(): void {
  const clean = [...editors.values()].filter((editor) => !editor.dirty.value);
  clean.slice(0, Math.max(0, clean.length - KEPT)).forEach((editor) => editors.delete(editor.number));
}

function forgetOthers(user: string): void {
  if (owner !== user) retireAll();
  owner = user;
}
