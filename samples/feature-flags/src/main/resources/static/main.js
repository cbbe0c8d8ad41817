/** Hears from the application what there is to show, and shows it. */

import { showDemo } from "./demo.js";
import { showFlags } from "./flags.js";
import { showWatches } from "./watches.js";
import { set } from "./words.js";

const link = document.getElementById("link");
const log = document.getElementById("log");
const times = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });

const source = new EventSource("console/events");
source.addEventListener("error", () => set(link, "The application cannot be reached. Trying again …"));
source.addEventListener("message", (message) => {
	const state = JSON.parse(message.data);
	set(link, "Connected to the application.");
	showFlags(state.flags);
	showDemo(state.demo);
	showWatches(state.watches);
	showEvents(state.events);
});

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
