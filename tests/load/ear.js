// Runs before the page's own scripts: notes when F3 was pressed, and when the caller's tone begins to be heard on the
// page's line, in milliseconds of the Unix epoch.
"use strict";
window.ear = { pressed: [], heard: [] };

{
  const HZ = @hz@;
  const LOOK_EVERY_MS = 4;
  const SAMPLES = 256; // 5 ms
  const LEAST = 0.03; // of full scale: -30 dB
  const SILENT_FOR = 50; // looks without the tone before it may begin again

  const epoch = (ms) => Date.now() - (performance.now() - ms);

  addEventListener("keydown", (event) => event.key === "F3" && window.ear.pressed.push(epoch(event.timeStamp)), true);

  // How strong the tone is, if it is most of what is heard; else 0.
  function toneIn(samples, rate) {
    let [real, imaginary, power] = [0, 0, 0];
    samples.forEach((sample, at) => {
      const turn = (2 * Math.PI * HZ * at) / rate;
      real += sample * Math.cos(turn);
      imaginary += sample * Math.sin(turn);
      power += sample * sample;
    });
    const amplitude = (2 * Math.hypot(real, imaginary)) / samples.length;
    return (amplitude * amplitude) / 2 > power / samples.length / 2 ? amplitude : 0;
  }

  function listen(track) {
    const context = new AudioContext({ latencyHint: "interactive" });
    const analyser = new AnalyserNode(context, { fftSize: SAMPLES });
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    const samples = new Float32Array(SAMPLES);
    let silent = SILENT_FOR;
    setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      const heard = toneIn(samples, context.sampleRate) > LEAST;
      if (heard && silent >= SILENT_FOR) window.ear.heard.push(Date.now());
      silent = heard ? 0 : silent + 1;
    }, LOOK_EVERY_MS);
  }

  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...configuration) {
      super(...configuration);
      this.addEventListener("track", ({ track }) => listen(track));
    }
  };
}
