import { signal } from "@preact/signals";
import { reconnectDelay, Sequence } from "./sequence";
import type { Message, Said } from "./types";

/** How often the desk asks whether the line to the server is alive, and how long the answer may take. */
const HEARTBEAT_MS = 5_000;
const ANSWER_MS = 3_000;

export type Link = "connecting" | "up" | "down";

/** The one WebSocket of this page. Reconnects by itself; every reconnection begins with a snapshot from the server. */
export class Socket {
  readonly link = signal<Link>("connecting");
  private socket: WebSocket | null = null;
  private readonly sequence = new Sequence();
  private attempt = 0;
  private wanted = false;
  private timers: number[] = [];
  private deadline: number | undefined;

  constructor(private readonly deliver: (message: Message) => void) {}

  open(): void {
    if (this.wanted) return;
    this.wanted = true;
    this.connect();
  }

  close(): void {
    this.wanted = false;
    this.drop();
  }

  /** Says something to the server. Without a line it is not said: what it was about will have changed by the next one. */
  send(said: Said): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(said));
  }

  private connect(): void {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${location.host}/ws`);
    this.socket = socket;
    this.sequence.restart();
    socket.onopen = () => this.opened();
    socket.onmessage = (event) => this.received(socket, String(event.data));
    socket.onclose = () => this.closed(socket);
  }

  private opened(): void {
    this.attempt = 0;
    this.link.value = "up";
    this.timers.push(window.setInterval(() => this.ping(), HEARTBEAT_MS));
  }

  private ping(): void {
    this.send({ type: "ping" });
    this.deadline ??= window.setTimeout(() => this.restart(), ANSWER_MS);
  }

  private received(socket: WebSocket, text: string): void {
    if (socket !== this.socket) return;
    window.clearTimeout(this.deadline);
    this.deadline = undefined;
    const message = JSON.parse(text) as Message | { type: "pong"; seq?: number };
    if (typeof message.seq === "number" && !this.sequence.accept(message.seq)) return this.restart();
    if (message.type !== "pong") this.deliver(message);
  }

  /** Throws the connection away and makes a new one: silence, or a gap in `seq`. */
  private restart(): void {
    this.drop();
    this.later();
  }

  private drop(): void {
    const socket = this.socket;
    this.socket = null;
    this.timers.forEach((timer) => window.clearInterval(timer));
    this.timers = [];
    window.clearTimeout(this.deadline);
    this.deadline = undefined;
    socket?.close();
  }

  private closed(socket: WebSocket): void {
    if (socket !== this.socket) return;
    this.drop();
    this.later();
  }

  private later(): void {
    if (!this.wanted) return;
    this.link.value = "down";
    window.setTimeout(() => this.reconnect(), reconnectDelay(this.attempt++, Math.random()));
  }

  private reconnect(): void {
    if (this.wanted && this.socket === null) this.connect();
  }
}
