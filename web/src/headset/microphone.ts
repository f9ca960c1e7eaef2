import type { Settings } from "./choice";

/** Why there is no microphone, as in the texts `headset_why_<reason>`. */
export type MicrophoneProblem = "insecure" | "denied" | "no_device" | "in_use" | "failed";

export class NoMicrophone extends Error {
  constructor(readonly reason: MicrophoneProblem) {
    super(reason);
  }
}

const REASONS: Readonly<Record<string, MicrophoneProblem>> = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "no_device",
  OverconstrainedError: "no_device",
  NotReadableError: "in_use",
  AbortError: "in_use",
};

export function constraintsOf(settings: Settings, deviceId: string | null): MediaTrackConstraints {
  return {
    channelCount: 1,
    echoCancellation: settings.echo,
    noiseSuppression: settings.noise,
    autoGainControl: settings.gain,
    ...(deviceId === null ? {} : { deviceId: { exact: deviceId } }),
  };
}

/** Opens the microphone; the browser may ask the person first. Raises `NoMicrophone`. */
export async function openMicrophone(settings: Settings, deviceId: string | null): Promise<MediaStream> {
  // Without HTTPS (or localhost) browsers keep the microphone to themselves, and the whole interface is missing.
  if (navigator.mediaDevices === undefined) throw new NoMicrophone("insecure");
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: constraintsOf(settings, deviceId) });
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    throw new NoMicrophone(REASONS[error.name] ?? "failed");
  }
}

/** What the browser would answer, without asking the person. Firefox before 131 does not know: `prompt`. */
export async function microphonePermission(): Promise<PermissionStatus | null> {
  try {
    return await navigator.permissions.query({ name: "microphone" as PermissionName });
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

export function release(stream: MediaStream | null): void {
  stream?.getTracks().forEach((track) => track.stop());
}
