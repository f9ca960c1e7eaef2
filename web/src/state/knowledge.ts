import { signal } from "@preact/signals";
import { ApiError, Unreachable } from "../api/client";
import { type ArticlePush, knowledge } from "../api/knowledge";
import type { Message } from "../api/types";
import { t } from "../texts";
import { notify } from "./notices";
import { coordinates, user } from "./session";

/** Counts up when articles have changed, so that what shows them knows to look again. */
export const articlePushes = signal(0);

/** How many proposals wait for a coordinator; counted for coordinators only. */
export const proposalsWaiting = signal(0);

/** A refusal stays on the screen until it is read. */
const LEVELS = { proposed: "info", approved: "success", refused: "warning", retired: "warning" } as const;

/** What was pushed before a (re)connection was not heard, so then the coordinator's count is asked for. */
export function knowledgeMessage(message: Message): void {
  if (message.type === "article") pushed(message);
  if (message.type === "snapshot" && coordinates.peek()) void count();
}

async function count(): Promise<void> {
  try {
    proposalsWaiting.value = (await knowledge.find({ state: "proposed", limit: 1 })).waiting;
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof Unreachable)) throw error;
  }
}

function pushed({ article, waiting }: ArticlePush): void {
  articlePushes.value += 1;
  if (coordinates.peek()) proposalsWaiting.value = waiting;
  const me = user.peek()?.username;
  const concerned = article.state === "proposed" ? coordinates.peek() && article.proposed_by !== me : article.proposed_by === me && article.decided_by !== me;
  if (!concerned) return;
  const link = { to: `/knowledge/${article.id}`, label: t("knowledge_open") };
  notify(LEVELS[article.state], t(`knowledge_told_${article.state}`, { title: article.title }), link);
}

/** Whoever logs in next finds nothing of the one before. */
export function clearKnowledge(): void {
  proposalsWaiting.value = 0;
}
