/** A panel for each watch. */

import { Chart } from "./chart.js";
import { ask, count, duration, set, showFigures } from "./words.js";

const STATES = {
	LIVE: ["good", "live", "Changes come as they happen."],
	SYNCING: ["warn", "reading", "Reads the whole range."],
	RECONNECTING: ["warn", "reconnecting", "The connection is lost. What is known is still served."],
	STALE: ["bad", "stale", "No sign of life from etcd."],
	IDLE: ["bad", "idle", "Not started."]
};

const panels = new Map();

export function showWatches(watches) {
	for (const watch of watches) {
		if (!panels.has(watch.id)) {
			panels.set(watch.id, create(watch));
		}
		panels.get(watch.id)(watch);
	}
}

function create(watch) {
	const element = document.getElementById("watch").content.firstElementChild.cloneNode(true);
	const find = (selector) => element.querySelector(selector);
	let paused = watch.paused;
	element.dataset.watch = watch.id;
	set(find("h3"), watch.id);
	document.getElementById("watches").append(element);
	const backlog = new Chart(find(".backlog"), count, [`Backlog of ${watch.id}`]);
	const age = new Chart(find(".age"), duration, [`Age of what ${watch.id} knows`]);
	find(".pause").addEventListener("click", () =>
		ask("POST", `console/pause?id=${encodeURIComponent(watch.id)}&paused=${!paused}`));
	return (now) => {
		const [kind, state, meaning] = STATES[now.state];
		paused = now.paused;
		set(find(".state"), now.paused ? `${state}, paused` : state);
		find(".state").className = `state ${now.paused && kind === "good" ? "warn" : kind}`;
		set(find(".range"), `Follows ${now.range}. ${meaning}`);
		set(find(".pause"), now.paused ? "Resume" : "Pause");
		find(".pause").setAttribute("aria-label", `${now.paused ? "Resume" : "Pause"} ${now.id}`);
		find(".error").hidden = !now.lastError;
		set(find(".error"), now.lastError ? `Last error: ${now.lastError}` : "");
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
