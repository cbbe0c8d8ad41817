/** The controls that break things, and the two followers beside each other. */

import { Chart } from "./chart.js";
import { ask, count, duration, set, showFigures } from "./words.js";

const element = (id) => document.getElementById(id);
const sliders = ["handlerMillis", "failurePercent", "rate"].map(element);
const late = new Chart(element("late"), duration, ["The annotated method", "The raw watch"]);

/** The slider goes to 5,000 in even steps of proportion. */
const putsOf = (position) => (position === 0) ? 0 : Math.round(5_000 ** (position / 100));
const positionOf = (puts) => (puts === 0) ? 0 : Math.max(1, Math.round(100 * Math.log(puts) / Math.log(5_000)));

let state;
let moving = 0;

for (const slider of sliders) {
	slider.addEventListener("input", () => {
		moving = Date.now();
		showSettings(settings());
	});
	slider.addEventListener("change", async () => {
		await ask("PUT", "demo/settings", settings());
		moving = 0;
	});
}

document.querySelectorAll("[data-act]").forEach((button) =>
	button.addEventListener("click", () => act(button, button.dataset.act)));
element("silence").addEventListener("click", (event) =>
	act(event.target, (state.network === "SILENT") ? "open" : "silence"));
element("refuse").addEventListener("click", (event) =>
	act(event.target, (state.network === "REFUSED") ? "open" : "refuse"));
element("etcd").addEventListener("click", (event) =>
	act(event.target, state.etcdRunning ? "stop-etcd" : "start-etcd"));

async function act(button, action) {
	button.disabled = true;
	await ask("POST", `demo/${action}`);
	button.disabled = false;
	button.focus();
}

function settings() {
	const [handler, failures, rate] = sliders.map((slider) => Number(slider.value));
	return { handlerMillis: handler, failurePercent: failures, putsPerSecond: putsOf(rate) };
}

function showSettings(shown) {
	set(element("handler-shown"), `${shown.handlerMillis} ms`);
	set(element("failure-shown"), `${shown.failurePercent} %`);
	set(element("rate-shown"), `${count(shown.putsPerSecond)} a second`);
}

export function showDemo(demo) {
	document.querySelectorAll("[data-demo]").forEach((section) => {
		section.hidden = !demo;
	});
	if (!demo) {
		return;
	}
	state = demo;
	if (Date.now() - moving > 5_000) {
		sliders[0].value = demo.settings.handlerMillis;
		sliders[1].value = demo.settings.failurePercent;
		sliders[2].value = positionOf(demo.settings.putsPerSecond);
		showSettings(demo.settings);
	}
	press("silence", demo.network === "SILENT", "Black hole", "End black hole");
	press("refuse", demo.network === "REFUSED", "Refuse connections", "Accept connections");
	press("etcd", !demo.etcdRunning, "Stop etcd", "Start etcd");
	set(element("condition"), condition(demo));
	showFollower("ours", demo, demo.ours);
	showFollower("raw", demo, demo.raw);
	late.add([demo.ours.lateMillis, demo.raw.lateMillis]);
}

function press(id, pressed, label, pressedLabel) {
	element(id).setAttribute("aria-pressed", String(pressed));
	set(element(id), pressed ? pressedLabel : label);
}

function condition(demo) {
	if (!demo.etcdRunning) {
		return "etcd is down.";
	}
	if (demo.network !== "OPEN") {
		return (demo.network === "SILENT") ? "The network swallows everything." : "Connections are refused.";
	}
	return (demo.recovery === null) ? "etcd can be reached."
			: `Live again ${duration(demo.recovery)} after the last fault was ended.`;
}

function showFollower(id, demo, follower) {
	showFigures(element(id), [
		["Keys behind etcd", count(follower.wrong), "0 soon after writing stops, if nothing was lost",
			(follower.wrong > 0 && demo.settings.putsPerSecond === 0) ? "bad" : ""],
		["How late", duration(follower.lateMillis), "age of the change that was handled last"],
		["Calls", count(follower.calls), `${count(follower.failures)} failed; ${count(demo.written)} changes were written`],
		["It says of itself", follower.says, "", "words"]
	]);
}
