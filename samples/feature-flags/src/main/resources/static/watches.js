/** A panel for each watch. */

import { Chart } from "./chart.js";
import { ask, count, duration, set, setState, showFigures } from "./words.js";

const STATES = {
	LIVE: { kind: "good", name: "live", meaning: "Receiving changes as they happen." },
	SYNCING: { kind: "warn", name: "syncing", meaning: "Reading the whole range." },
	RECONNECTING: { kind: "warn", name: "reconnecting", meaning: "The connection is lost. The last known values are still served." },
	STALE: { kind: "bad", name: "stale", meaning: "etcd has not confirmed the values recently." },
	IDLE: { kind: "bad", name: "idle", meaning: "Not started." }
};

const panels = new Map();

/** @return its kind (good, warn or bad), its name and its meaning */
export function stateOf(watch) {
	const state = STATES[watch.state];
	return !watch.paused ? state
			: { ...state, kind: (state.kind === "good") ? "warn" : state.kind, name: `${state.name}, paused` };
}

export function showWatches(watches) {
	for (const watch of watches) {
		if (!panels.has(watch.id)) {
			panels.set(watch.id, create(watch.id));
		}
		panels.get(watch.id)(watch);
	}
}

function create(id) {
	const element = document.getElementById("watch").content.firstElementChild.cloneNode(true);
	const find = (selector) => element.querySelector(selector);
	const pause = find(".pause");
	let paused;
	element.dataset.watch = id;
	element.setAttribute("aria-label", `Watch ${id}`);
	set(find("h3"), id);
	document.getElementById("watches").append(element);
	const backlog = new Chart(find(".backlog"), count, [`Backlog of ${id}`]);
	const age = new Chart(find(".age"), duration, [`Age of the values of ${id}`]);
	pause.addEventListener("click", () =>
		ask("POST", `console/pause?id=${encodeURIComponent(id)}&paused=${!paused}`));
	return (now) => {
		const state = stateOf(now);
		paused = now.paused;
		setState(find(".state"), state);
		set(find(".range"), `Watches ${now.range}. ${state.meaning}`);
		set(pause, paused ? "Resume" : "Pause");
		pause.setAttribute("aria-label", `${pause.textContent} ${id}`);
		set(find(".error"), (now.state === "LIVE") ? "" : now.lastError ?? "");
		showFigures(find("dl"), [
			["Revision", count(now.revision), "all changes up to it are known"],
			["Age", duration(now.ageMillis), "since etcd last confirmed it"],
			["Backlog", count(now.backlog), "keys with a pending update"],
			["Received", count(now.received), "events from etcd"],
			["Coalesced", count(now.coalesced), "replaced by newer changes before delivery"],
			["Delivered", count(now.delivered), "successful calls of the method"],
			["Failed", count(now.failed), "failed calls, which are retried"],
			["Reconnects", count(now.reconnects), "times the connection was restored"],
			["Resyncs", count(now.resyncs), "times the range was read again"]
		]);
		backlog.add([now.backlog]);
		age.add([now.ageMillis]);
	};
}
