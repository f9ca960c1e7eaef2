import { render } from "preact";
import "./styles/index.css";
import { App } from "./app";
import { startRouter } from "./lib/router";
import { startRing } from "./headset/ring";
import { startAwake } from "./lib/awake";
import { startCallbackCount } from "./state/callbacks";
import { startClock } from "./state/clock";
import { startConnection } from "./state/connection";
import { unsavedAnywhere } from "./state/editors";
import { watchForLeaving } from "./state/leaving";
import { findSession } from "./state/session";
import { startShift } from "./state/shift";

startRouter();
startClock();
startConnection();
startCallbackCount();
startRing();
startAwake();
startShift();
watchForLeaving();
void findSession();

addEventListener("beforeunload", (event) => {
  if (unsavedAnywhere()) event.preventDefault();
});

const root = document.getElementById("app");
if (root === null) throw new Error("index.html has no #app");
render(<App />, root);
