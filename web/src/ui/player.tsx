import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { clock } from "../lib/time";
import { t } from "../texts";
import { Button } from "./button";
import { Select } from "./parts";

const SPEEDS = [["1", "1×"], ["1.25", "1,25×"], ["1.5", "1,5×"], ["2", "2×"]] as const;
const SKIP_S = 10;

/** Playing was called off by a pause or a new start, which is no failure. */
const isAborted = (error: unknown): boolean => error instanceof DOMException && error.name === "AbortError";

/** Plays a recording: one slider to seek, because a complaint is found in the middle of a call. */
export function Player({ url, seconds, label }: { url: string; seconds: number; label: string }) {
  const audio = useRef<HTMLAudioElement>(null);
  const position = useSignal(0);
  const playing = useSignal(false);
  const failed = useSignal(false);
  const speed = useSignal<(typeof SPEEDS)[number][0]>("1");

  const seek = (to: number) => {
    position.value = Math.max(0, Math.min(seconds, to));
    if (audio.current !== null) audio.current.currentTime = position.value;
  };
  const toggle = () => {
    const element = audio.current;
    if (element === null) return;
    if (playing.value) element.pause();
    else element.play().catch((error: unknown) => (failed.value ||= !isAborted(error)));
  };

  /** Chromium cannot seek into the last second of a short FLAC file: then it begins anew rather than being dead. */
  const broke = () => {
    playing.value = false;
    if (position.value === 0) return void (failed.value = true);
    position.value = 0;
    audio.current?.load();
  };

  return (
    <div class="player" role="group" aria-label={label} data-testid="player">
      <audio
        ref={audio}
        src={url}
        preload="none"
        onPlay={() => (playing.value = true)}
        onPause={() => (playing.value = false)}
        onTimeUpdate={(event) => (position.value = event.currentTarget.currentTime)}
        onError={broke}
      />
      <Button
        icon={playing.value ? "paused" : "play"}
        label={playing.value ? t("pause_playing") : t("play")}
        testid="player-toggle"
        onClick={toggle}
      />
      <input
        type="range"
        min="0"
        max={Math.max(1, Math.round(seconds))}
        step="1"
        value={position.value}
        aria-label={t("position_in_recording")}
        aria-valuetext={clock(position.value)}
        data-testid="player-seek"
        onInput={(event) => seek(event.currentTarget.valueAsNumber)}
      />
      <span class="digits player-time">
        {clock(position.value)} / {clock(seconds)}
      </span>
      <Button look="quiet" icon="back" label={t("back_seconds")} onClick={() => seek(position.value - SKIP_S)} />
      <Select
        label={t("playback_speed")}
        value={speed.value}
        options={SPEEDS}
        onChange={(value) => {
          speed.value = value;
          if (audio.current !== null) audio.current.playbackRate = Number(value);
        }}
      />
      {failed.value && <p class="hint hint-error" role="alert">{t("recording_failed")}</p>}
    </div>
  );
}
