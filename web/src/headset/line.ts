import type { IceServer } from "../api/types";

/** Addresses still unknown after so long are left out of the answer: one second of silence would be worse. */
const GATHER_MS = 1000;
/** ICE mends short gaps by itself; only one that lasts is a lost line. */
const PATIENCE_MS = 3000;

interface Listener {
  heard: (stream: MediaStream) => void;
  lost: () => void;
}

/** One WebRTC connection to the server's engine: the microphone out, the far end in. */
export class Line {
  private readonly connection: RTCPeerConnection;
  private readonly sender: RTCRtpSender;
  private patience: number | undefined;

  constructor(servers: readonly IceServer[], microphone: MediaStream, private readonly listener: Listener) {
    this.connection = new RTCPeerConnection({ iceServers: [...servers] });
    const [track] = microphone.getAudioTracks();
    if (track === undefined) throw new Error("a microphone without a track");
    this.sender = this.connection.addTrack(track, microphone);
    this.connection.ontrack = ({ track, streams }) => listener.heard(streams[0] ?? new MediaStream([track]));
    this.connection.onconnectionstatechange = () => this.changed();
  }

  /** Our side's SDP for the server's offer. */
  async answer(offer: string): Promise<string> {
    await this.connection.setRemoteDescription({ type: "offer", sdp: offer });
    await this.connection.setLocalDescription(await this.connection.createAnswer());
    await this.gathered();
    return this.connection.localDescription?.sdp ?? "";
  }

  /** Another microphone, without a new negotiation. */
  async replace(microphone: MediaStream): Promise<void> {
    await this.sender.replaceTrack(microphone.getAudioTracks()[0] ?? null);
  }

  close(): void {
    window.clearTimeout(this.patience);
    this.connection.onconnectionstatechange = null;
    this.connection.close();
  }

  private gathered(): Promise<void> {
    if (this.connection.iceGatheringState === "complete") return Promise.resolve();
    return new Promise((resolve) => {
      window.setTimeout(resolve, GATHER_MS);
      this.connection.onicegatheringstatechange = () => {
        if (this.connection.iceGatheringState === "complete") resolve();
      };
    });
  }

  private changed(): void {
    window.clearTimeout(this.patience);
    const state = this.connection.connectionState;
    if (state === "failed" || state === "closed") this.listener.lost();
    if (state === "disconnected") this.patience = window.setTimeout(() => this.listener.lost(), PATIENCE_MS);
  }
}
