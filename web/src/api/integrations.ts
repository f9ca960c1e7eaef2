import { del, get, patch, post, query } from "./client";
import type { Page } from "./types";

/** A portal that may file requests by the open standard. */
export interface ApiKey {
  id: string;
  name: string;
  created_at: string;
  created_by: string;
  last_used_at: string | null;
  withdrawn_at: string | null;
}

/** `failing_since`: nothing has arrived since. `disabled_at`: it was switched off for that. */
export interface Webhook {
  id: string;
  name: string;
  url: string;
  events: string[];
  active: boolean;
  created_at: string;
  created_by: string;
  failing_since: string | null;
  disabled_at: string | null;
}

export type DeliveryState = "waiting" | "delivered" | "failed";

export interface Outgoing {
  id: string;
  event: string;
  ticket: string | null;
  state: DeliveryState;
  created_at: string;
  tries: number;
  next_at: string | null;
  last_at: string | null;
  status: number | null;
  answer: string;
}

export interface Delivery extends Outgoing {
  body: string;
}

/** What one person is to hear of by mail. */
export interface Mail extends Outgoing {
  person: string;
}

/** What a portal sent with a request besides what stands on its ticket. */
export interface Filing {
  ticket: string;
  portal: string;
  filed_at: string;
  email: string;
  address: string;
  lat: number | null;
  long: number | null;
  account: string;
  media_url: string;
}

export type WebhookFields = Pick<Webhook, "name" | "url" | "events">;

export const apiKeys = {
  list: () => get<{ items: ApiKey[] }>("/api-keys"),
  create: (name: string) => post<ApiKey & { key: string }>("/api-keys", { name }),
  withdraw: (id: string) => del<unknown>(`/api-keys/${id}`),
};

export const webhooks = {
  list: () => get<{ items: Webhook[]; events: string[] }>("/webhooks"),
  create: (fields: WebhookFields) => post<Webhook & { secret: string }>("/webhooks", fields),
  change: (id: string, fields: Partial<WebhookFields & { active: boolean }>) => patch<Webhook>(`/webhooks/${id}`, fields),
  remove: (id: string) => del<unknown>(`/webhooks/${id}`),
  newSecret: (id: string) => post<{ secret: string }>(`/webhooks/${id}/secret`),
  ping: (id: string) => post<Delivery>(`/webhooks/${id}/ping`),
  deliveries: (id: string, filter: Readonly<Record<string, string | number>>) =>
    get<Page<Delivery>>(`/webhooks/${id}/deliveries${query(filter)}`),
  again: (id: string, delivery: string) => post<unknown>(`/webhooks/${id}/deliveries/${delivery}/again`),
};

export const mails = {
  list: (filter: Readonly<Record<string, string | number>>) => get<Page<Mail>>(`/mails${query(filter)}`),
};

export const filings = {
  of: (ticket: string) => get<Filing>(`/tickets/${encodeURIComponent(ticket)}/filing`),
};
