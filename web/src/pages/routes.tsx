import type { ReadonlySignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import {
  answersValidation,
  blocksCallers,
  coordinates,
  hasInbox,
  managesAccounts,
  managesIntegrations,
  managesMatrix,
  managesVehicles,
  printsRegisters,
  readsCalls,
  readsMetrics,
  readsStatus,
  readsTickets,
  seesLive,
  takesCalls,
} from "../state/session";
import type { TextKey } from "../texts";
import { AccountsPage } from "./accounts/page";
import { AuditPage } from "./audit/page";
import { PrivacyPage } from "./audit/privacy";
import { CallbacksPage } from "./callbacks/page";
import { CallsPage } from "./calls/page";
import { CompliancePage } from "./compliance/page";
import { BlockedPage } from "./contacts/blocked";
import { ContactsPage } from "./contacts/list";
import { ContactPage } from "./contacts/page";
import { DeskPage } from "./desk/page";
import { InboxPage } from "./inbox/page";
import { ArticlePage } from "./knowledge/article";
import { KnowledgePage } from "./knowledge/page";
import { LivePage } from "./live/page";
import { MatrixPage } from "./matrix/page";
import { MePage } from "./me";
import { PaperPage } from "./paper/page";
import { StatusPage } from "./status";
import { TicketsPage } from "./tickets/list";
import { TicketPage } from "./tickets/page";
import { VehiclesPage } from "./vehicles/page";
import { DeliveriesPage, MailsPage } from "./webhooks/deliveries";
import { WebhooksPage } from "./webhooks/page";

export interface Route {
  pattern: string;
  title: TextKey;
  /** Who may see it; everybody who is logged in when absent. */
  open?: ReadonlySignal<boolean>;
  /** Stands in the navigation. */
  nav?: TextKey;
  page: (parameters: Record<string, string>) => ComponentChildren;
}

export const ROUTES: readonly Route[] = [
  { pattern: "/desk", title: "desk_title", nav: "nav_desk", open: takesCalls, page: () => <DeskPage /> },
  { pattern: "/inbox", title: "inbox_title", nav: "nav_inbox", open: hasInbox, page: () => <InboxPage /> },
  { pattern: "/inbox/:number", title: "inbox_title", open: hasInbox, page: ({ number }) => <InboxPage number={number ?? null} /> },
  { pattern: "/live", title: "live_title", nav: "nav_live", open: seesLive, page: () => <LivePage /> },
  { pattern: "/tickets", title: "tickets_title", nav: "nav_tickets", open: readsTickets, page: () => <TicketsPage /> },
  {
    pattern: "/tickets/:number",
    title: "tickets_title",
    open: readsTickets,
    page: ({ number }) => <TicketPage key={number} number={number ?? ""} />,
  },
  { pattern: "/callbacks", title: "callbacks_title", nav: "nav_callbacks", open: readsTickets, page: () => <CallbacksPage /> },
  { pattern: "/contacts", title: "contacts_title", nav: "nav_contacts", open: readsTickets, page: () => <ContactsPage /> },
  { pattern: "/contacts/:id", title: "contacts_title", open: readsTickets, page: ({ id }) => <ContactPage key={id} id={id ?? ""} /> },
  { pattern: "/knowledge", title: "knowledge_title", nav: "nav_knowledge", open: readsTickets, page: () => <KnowledgePage /> },
  { pattern: "/knowledge/:id", title: "knowledge_title", open: readsTickets, page: ({ id }) => <ArticlePage key={id} id={id ?? ""} /> },
  { pattern: "/blocked", title: "blocked_title", open: blocksCallers, page: () => <BlockedPage /> },
  { pattern: "/calls", title: "calls_title", nav: "nav_calls", open: readsCalls, page: () => <CallsPage /> },
  { pattern: "/compliance", title: "compliance_title", nav: "nav_compliance", open: readsMetrics, page: () => <CompliancePage /> },
  { pattern: "/paper", title: "paper_title", nav: "nav_paper", open: printsRegisters, page: () => <PaperPage /> },
  { pattern: "/matrix", title: "matrix_title", nav: "nav_matrix", open: managesMatrix, page: () => <MatrixPage /> },
  { pattern: "/accounts", title: "accounts_title", nav: "nav_accounts", open: managesAccounts, page: () => <AccountsPage /> },
  { pattern: "/vehicles", title: "vehicles_title", nav: "nav_vehicles", open: managesVehicles, page: () => <VehiclesPage /> },
  { pattern: "/audit", title: "audit_title", nav: "nav_audit", open: managesAccounts, page: () => <AuditPage /> },
  { pattern: "/privacy", title: "privacy_title", open: managesAccounts, page: () => <PrivacyPage /> },
  { pattern: "/webhooks", title: "webhooks_title", nav: "nav_webhooks", open: managesIntegrations, page: () => <WebhooksPage /> },
  { pattern: "/webhooks/mail", title: "mails_title", open: managesIntegrations, page: () => <MailsPage /> },
  { pattern: "/webhooks/:id", title: "webhooks_title", open: managesIntegrations, page: ({ id }) => <DeliveriesPage key={id} id={id ?? ""} /> },
  { pattern: "/status", title: "status_title", nav: "nav_status", open: readsStatus, page: () => <StatusPage /> },
  { pattern: "/me", title: "me_title", page: () => <MePage /> },
];

/** Where each role begins its day. */
export function startPage(): string {
  if (takesCalls.value) return "/desk";
  if (coordinates.value || answersValidation.value) return "/inbox";
  if (managesAccounts.value) return "/accounts";
  return seesLive.value ? "/live" : "/me";
}
