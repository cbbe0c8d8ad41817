/** A panel for each watch. */

import { Chart } from "./chart.js";
import { ask, count, duration, set, setState, showFigures } from "./words.js";

const STATES = {
	LIVE: { kind: "good", name: "live", meaning: "Changes come as they happen." },
	SYNCING: { kind: "warn", name: "reading", meaning: "Reads the whole range." },
	RECONNECTING: { kind: "warn", name: "reconnecting", meaning: "The connection is lost. What is known is still served." },
	STALE: { kind: "bad", name: "stale", meaning: "No sign of life from etcd." },
	IDLE: { kind: "bad", name: "idle", meaning: "Not started." }
};

const panels = new Map();

/** @return how good it is (good, warn or bad), its name, and what that means */
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
	const age = new Chart(find(".age"), duration, [`Age of what ${id} knows`]);
	pause.addEventListener("click", () =>
		ask("POST", `console/pause?id=${encodeURIComponent(id)}&paused=${!paused}`));
	return (now) => {
		const state = stateOf(now);
		paused = now.paused;
		setState(find(".state"), state);
		set(find(".range"), `Follows ${now.range}. ${state.meaning}`);
		set(pause, paused ? "Resume" : "Pause");
		pause.setAttribute("aria-label", `${pause.textContent} ${id}`);
		set(find(".error"), `Last error: ${now.lastError ?? "none"}`);
		showFigures(find("dl"), [
			["Revision", count(now.revision), "all changes up to it are known"],
			["Age", duration(now.ageMillis), "since etcd confirmed that"],
			["Backlog", count(now.backlog), "keys with a change to handle, one entry each"],
			["Received", count(now.received), "events that came from etcd"],
			["Coalesced", count(now.coalesced), "changes folded into newer ones"],
			["Delivered", count(now.delivered), "calls of the method that succeeded"],
			["Failed", count(now.failed), "calls that failed and are tried again"],
			["Reconnects", count(now.reconnects), "times the connection came back"],
			["Resyncs", count(now.resyncs), "times the range was read anew"]
		]);
		backlog.add([now.backlog]);
		age.add([now.ageMillis]);
	};
}
