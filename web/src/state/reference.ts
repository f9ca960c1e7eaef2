import { signal } from "@preact/signals";
import { lists } from "../api/resources";
import type { Category, Kind, Office, Reference } from "../api/types";
import type { Unit } from "../api/validation";
import { tellTimeIn } from "../lib/zone";
import { local, tryText } from "../texts";
import { attempt } from "./notices";

export const categories = signal<readonly Category[]>([]);
export const offices = signal<readonly Office[]>([]);
export const units = signal<readonly Unit[]>([]);
/** Everybody's name by username. */
export const names = signal<ReadonlyMap<string, string>>(new Map());
export const reference = signal<Reference | null>(null);

/** Loads what changes only with the configuration: matrix, offices, SOP, pauses. */
export async function loadReference(): Promise<void> {
  await attempt(async () => {
    const [matrix, places, answering, people, rest] = await Promise.all([
      lists.categories(),
      lists.offices(),
      lists.units(),
      lists.people(),
      lists.reference(),
    ]);
    categories.value = matrix.items;
    offices.value = places.items;
    units.value = answering.items;
    names.value = new Map(people.items.map(({ username, name }) => [username, name]));
    tellTimeIn(rest.timezone);
    reference.value = rest;
  });
}

/** The matrix as it is now: an admin has edited it. */
export async function loadCategories(): Promise<void> {
  await attempt(async () => {
    categories.value = (await lists.categories()).items;
  });
}

export const categoryOf = (code: string | null): Category | undefined =>
  categories.value.find((category) => category.code === code);

export function categoryLabel(code: string | null): string {
  const category = categoryOf(code);
  return category === undefined ? (code ?? "") : local(category.label);
}

/** A subject of the matrix as its first category calls it. */
export function subjectName(subject: string): string {
  const category = categories.value.find((each) => each.subject === subject);
  return category === undefined ? subject : local(category.label);
}

/** What a detail is called that some category requires; `""` for any other word. */
export function detailLabel(code: string): string {
  const detail = categories.value.flatMap((category) => category.required).find((each) => each.code === code);
  return detail === undefined ? "" : local(detail.label);
}

export const isPriority = (code: string | null): boolean => categoryOf(code)?.priority === "high";

export const officeName = (code: string): string =>
  offices.value.find((office) => office.code === code)?.name ?? code;

/** Somebody by name; a username that nobody here knows stays as it is. */
export const personName = (username: string | null): string => names.value.get(username ?? "") ?? username ?? "";

/** An office or a technical division by its name. */
export function unitName(code: string): string {
  const unit = units.value.find((each) => each.code === code);
  return unit === undefined ? officeName(code) : local(unit.label);
}

export const officesOfArea = (area: string): readonly Office[] =>
  area === "" ? [] : offices.value.filter((office) => office.plate_area === area);

/** A pause's reason in words: one of the installation's own, or one that the queue gave by itself. */
export function pauseLabel(code: string): string {
  const reason = reference.value?.pauses.find((pause) => pause.code === code);
  return reason === undefined ? tryText(`pause_${code}`, code) : local(reason.label);
}

export function outcomeLabel(code: string): string {
  const outcome = reference.value?.outcomes.find((each) => each.code === code);
  return outcome === undefined ? code : local(outcome.label);
}

export const pauseLimit = (code: string | null): number | null =>
  reference.value?.pauses.find((pause) => pause.code === code)?.limit_s ?? null;

export function queueLabel(name: string | null): string {
  const queue = reference.value?.queues.find((each) => each.name === name);
  return queue === undefined ? (name ?? "") : local(queue.label);
}

/** The rows of the matrix: each subject with its category per kind, in the matrix's own order. */
export function matrixRows(): readonly { subject: string; cells: Partial<Record<Kind, Category>> }[] {
  const rows = new Map<string, Partial<Record<Kind, Category>>>();
  for (const category of categories.value) {
    rows.set(category.subject, { ...rows.get(category.subject), [category.kind]: category });
  }
  return [...rows].map(([subject, cells]) => ({ subject, cells }));
}
