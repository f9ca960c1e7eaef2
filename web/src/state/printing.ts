import { signal } from "@preact/signals";
import { fetched } from "../api/client";
import { explain } from "./notices";

/** What is being printed, and what came of the last print. One at a time: the press prints one after the other too. */
export const printing = signal("");
export const printProblem = signal("");
export const ready = signal<{ name: string; url: string } | null>(null);

function forget(): void {
  if (ready.value !== null) URL.revokeObjectURL(ready.value.url);
  ready.value = null;
}

/** Has `path` printed; the file is kept (`ready`) until the next print, and saved at once when `save` is set. */
export async function print(what: string, path: string, save: boolean): Promise<void> {
  if (printing.value !== "") return;
  forget();
  printing.value = what;
  printProblem.value = "";
  try {
    const { name, file } = await fetched(path);
    ready.value = { name, url: URL.createObjectURL(file) };
    if (save) saved(ready.value);
  } catch (error) {
    printProblem.value = explain(error);
  } finally {
    printing.value = "";
  }
}

function saved({ name, url }: { name: string; url: string }): void {
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
}
