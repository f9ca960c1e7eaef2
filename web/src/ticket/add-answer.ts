import type { TicketEditor } from "../state/editor";

/** Puts a text after what the answer holds already, never over it, and not twice. */
export function addToAnswer(editor: TicketEditor, text: string): void {
  const written = editor.value("answer");
  if (text === "" || written.includes(text)) return;
  editor.set("answer", written.trim() === "" ? text : `${written.trimEnd()}\n${text}`, 0);
  document.getElementById("answer")?.focus();
}
