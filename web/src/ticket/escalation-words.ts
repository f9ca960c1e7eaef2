import type { Escalation, HandOver, LoopState } from "../api/validation";
import { names, unitName } from "../state/reference";
import { t, tryText } from "../texts";
import type { IconName } from "../ui/icon";

/** Each stage has a shape of its own beside its word and colour. */
export const LOOP_ICONS: Record<LoopState, IconName> = {
  asked: "clock",
  coordinator: "person",
  pic: "outgoing",
  pic_answered: "back",
  answered: "check",
  told: "ready",
  withdrawn: "close",
};

export const isOpen = (escalation: Escalation | null): escalation is Escalation =>
  escalation !== null && escalation.state !== "told" && escalation.state !== "withdrawn";

/** A person, an office, a division or a desk by its name; what nobody here knows by its code. */
export function whoName(id: string | null): string {
  if (id === null || id === "") return t("none");
  return names.value.get(id) ?? [unitName(id), tryText(`desk_${id}`, id)].find((name) => name !== id) ?? id;
}

/** One hand-over in words: who did what, and to whom. */
export function handOverText(entry: HandOver): string {
  const by = entry.by === "" ? t("change_system") : whoName(entry.by);
  return tryText(`handover_${entry.action}`, t("handover_other", { by, action: entry.action }), { by, to: whoName(entry.to) });
}

/** Since when the present stage lasts: its hand-over is the last one. */
export const stageSince = (escalation: Escalation): string => escalation.handovers.at(-1)?.at ?? escalation.asked_at;
