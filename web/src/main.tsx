import { render } from "preact";
import "./styles/index.css";
import { App } from "./app";
import { startRouter } from "./lib/router";
import { unlockSound } from "./lib/sound";
import { startCallbackCount } from "./state/callbacks";
import { startClock } from "./state/clock";
import { startConnection } from "./state/connection";
import { unsavedAnywhere } from "./state/editors";
import { findSession } from "./state/session";

startRouter();
startClock();
startConnection();
startCallbackCount();
void findSession();

addEventListener("pointerdown", unlockSound, { once: true });
addEventListener("keydown", unlockSound, { once: true });
addEventListener("beforeunload", (event) => {
  if (unsavedAnywhere()) event.preventDefault();
});

const root = document.getElementById("app");
if (root === null) throw new Error("index.html has no #app");
render(<App />, root);
