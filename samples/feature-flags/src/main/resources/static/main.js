/** Receives the state of the application and shows it. */

import { showDemo } from "./demo.js";
import { showFlags } from "./flags.js";
import { showWatches } from "./watches.js";
import { outageIsOver, setState } from "./words.js";

const link = document.getElementById("link");
const log = document.querySelector("#log ol");
const times = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });

let source;

/** A browser opens at most six connections to a server: a hidden window closes its own. */
function listen() {
	source?.close();
	if (document.hidden) {
		return;
	}
	source = new EventSource("console/events");
	source.addEventListener("error", () =>
		setState(link, { kind: "bad", name: "Cannot reach the application. Retrying …" }));
	source.addEventListener("message", (message) => show(JSON.parse(message.data)));
}

function show(state) {
	setState(link, { kind: "good", name: "Connected to the application." });
	showFlags(state.flags);
	showDemo(state.demo, state.watches);
	showWatches(state.watches);
	showEvents(state.events);
	if (state.watches.every((watch) => watch.state === "LIVE")) {
		outageIsOver();
	}
}

document.addEventListener("visibilitychange", listen);
listen();

function showEvents(events) {
	if (log.dataset.newest === String(events[0]?.number)) {
		return;
	}
	log.dataset.newest = events[0]?.number;
	log.replaceChildren(...events.map((event) => {
		const line = document.createElement("li");
		const time = document.createElement("time");
		time.dateTime = event.time;
		time.textContent = times.format(new Date(event.time));
		const text = document.createElement("span");
		text.textContent = event.text;
		line.append(time, text);
		return line;
	}));
}
