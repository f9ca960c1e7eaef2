// Runs before the page's own scripts: notes when F3 was pressed, and when the caller's tone begins to be heard on the
// page's line, in milliseconds of the Unix epoch.
"use strict";
window.ear = { pressed: [], heard: [] };

{
  const HZ = @hz@;
  const LEAST = 0.03; // of full scale: -30 dB
  const STEP_MS = 5; // half of what the track brings at a time
  const SILENT_FOR = 40; // steps without the tone before it may begin again

  const epoch = (ms) => Date.now() - (performance.now() - ms);

  addEventListener("keydown", (event) => event.key === "F3" && window.ear.pressed.push(epoch(event.timeStamp)), true);

  // Whether the tone is there, and most of what is heard.
  function hasTone(samples, rate) {
    let [real, imaginary, power] = [0, 0, 0];
    samples.forEach((sample, at) => {
      const turn = (2 * Math.PI * HZ * at) / rate;
      real += sample * Math.cos(turn);
      imaginary += sample * Math.sin(turn);
      power += sample * sample;
    });
    const amplitude = (2 * Math.hypot(real, imaginary)) / samples.length;
    return amplitude > LEAST && amplitude * amplitude > power / samples.length;
  }

  function samplesOf(sound) {
    const samples = new Float32Array(sound.numberOfFrames);
    sound.copyTo(samples, { planeIndex: 0, format: "f32-planar" });
    sound.close();
    return samples;
  }

  // Listens to the track itself, after the browser's jitter buffer and before any loudspeaker.
  async function listen(track) {
    const reader = new MediaStreamTrackProcessor({ track }).readable.getReader();
    let silent = SILENT_FOR;
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const [at, rate] = [Date.now(), value.sampleRate];
      const samples = samplesOf(value);
      const step = (rate * STEP_MS) / 1000;
      for (let begin = 0; begin + step <= samples.length; begin += step) {
        const heard = hasTone(samples.subarray(begin, begin + step), rate);
        if (heard && silent >= SILENT_FOR) window.ear.heard.push(at + (1000 * begin) / rate);
        silent = heard ? 0 : silent + 1;
      }
    }
  }

  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...configuration) {
      super(...configuration);
      this.addEventListener("track", ({ track }) => listen(track));
    }
  };
}
