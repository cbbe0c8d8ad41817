/** The controls that break things, and the two consumers side by side. */

import { Chart } from "./chart.js";
import { Slider } from "./slider.js";
import { stateOf } from "./watches.js";
import { ask, count, duration, set, setState } from "./words.js";

const WATCH = "demo";
const LONG = 5_000;

const UP_TO_DATE = { kind: "good", name: "up to date" };
const CATCHING_UP = { kind: "warn", name: "catching up" };
const BEHIND = { kind: "bad", name: "behind" };
const SILENT = { kind: "bad", name: "no changes arrive" };
const DEAD = { kind: "bad", name: "dead" };

const element = (id) => document.getElementById(id);
const steps = (step, most) => Array.from({ length: most / step + 1 }, (none, i) => i * step);
const late = new Chart(element("late"), duration, ["@EtcdWatch method", "raw jetcd watch"]);

const sliders = [
	slider("handlerMillis", steps(10, 500), (millis) => `${millis} ms`),
	slider("failurePercent", steps(5, 100), (percent) => `${percent}%`),
	slider("putsPerSecond", [0, 1, 2, 5, 10, 20, 50, 100, 200, 300, 500, 1_000, 2_000, 5_000], (puts) => `${count(puts)}/s`)
];

let state;

document.querySelectorAll("[data-act]").forEach((button) =>
	button.addEventListener("click", () => act(button, button.dataset.act)));
element("silence").addEventListener("click", (event) =>
	act(event.target, (state.network === "SILENT") ? "open" : "silence"));
element("refuse").addEventListener("click", (event) =>
	act(event.target, (state.network === "REFUSED") ? "open" : "refuse"));
element("etcd").addEventListener("click", (event) =>
	act(event.target, state.etcdRunning ? "stop-etcd" : "start-etcd"));

function slider(id, stops, words) {
	return new Slider(element(id), stops, words, (value) => ask("PUT", `demo/settings/${id}?value=${value}`));
}

/** A busy button stays focusable, so that a keyboard does not lose its place. */
async function act(button, action) {
	if (button.ariaDisabled !== "true") {
		button.ariaDisabled = "true";
		await ask("POST", `demo/${action}`);
		button.ariaDisabled = "false";
	}
}

export function showDemo(demo, watches) {
	document.body.classList.toggle("demo", Boolean(demo));
	if (!demo) {
		return;
	}
	state = demo;
	sliders.forEach((each) => each.show(demo.settings[each.input.id]));
	press("silence", demo.network === "SILENT", "Black hole", "End black hole");
	press("refuse", demo.network === "REFUSED", "Refuse connections", "Accept connections");
	press("etcd", !demo.etcdRunning, "Stop etcd", "Start etcd");
	setState(element("condition"), condition(demo));
	const watch = watches.find((each) => each.id === WATCH);
	const own = stateOf(watch);
	showConsumer("ours", demo.ours, (own.kind === "good") ? verdict(demo.ours, watch.backlog > 0) : own,
			resumed(demo.recovery) ?? own.name);
	showConsumer("raw", demo.raw, rawVerdict(demo), measured(demo));
	set(element("written"), `for ${count(demo.written)} written changes`);
	late.add([demo.ours.lateMillis, demo.raw.lateMillis]);
}

function press(id, pressed, label, pressedLabel) {
	element(id).classList.toggle("broken", pressed);
	set(element(id), pressed ? pressedLabel : label);
}

function condition(demo) {
	if (!demo.etcdRunning) {
		return { kind: "bad", name: "etcd is down." };
	}
	if (demo.network === "SILENT") {
		return { kind: "bad", name: "The network drops everything." };
	}
	if (demo.network === "REFUSED") {
		return { kind: "bad", name: "Connections are refused." };
	}
	return { kind: "good", name: (demo.recovery === null) ? "etcd is reachable."
			: `Live again ${duration(demo.recovery)} after the last fault.` };
}

function showConsumer(id, consumer, state, measured) {
	const cell = (figure) => document.querySelector(`[data-figure=${figure}] .${id}`);
	setState(cell("verdict").firstElementChild, state);
	set(cell("wrong"), count(consumer.wrong));
	set(cell("late"), duration(consumer.lateMillis));
	set(cell("calls"), count(consumer.calls));
	set(cell("failures"), count(consumer.failures));
	set(cell("measured"), measured);
}

/** A consumer that is behind and neither called nor about to be will not catch up. */
function verdict(consumer, waiting) {
	if (consumer.wrong === 0) {
		return UP_TO_DATE;
	}
	return (waiting || consumer.quietMillis < LONG) ? CATCHING_UP : BEHIND;
}

/** What jetcd reports is no proof: a watch is dead when it was closed and changes do not arrive. */
function rawVerdict({ raw, rawWatch }) {
	const silent = rawWatch.pending > 0 && raw.quietMillis > LONG;
	return silent ? (rawWatch.closed ? DEAD : SILENT) : verdict(raw, false);
}

function measured({ raw, rawWatch }) {
	if (rawWatch.closed) {
		return `closed: ${rawWatch.report}; ${count(rawWatch.pending)} changes missed`;
	}
	if (rawWatch.recovery !== null) {
		return `${resumed(rawWatch.recovery)}; ${count(rawWatch.lost)} changes lost, ${count(rawWatch.repeated)} delivered again`;
	}
	return (rawWatch.pending > 0 && raw.quietMillis > 1_000)
			? `${rawWatch.report}; no change for ${duration(raw.quietMillis)}` : rawWatch.report;
}

function resumed(recovery) {
	return (recovery === null) ? undefined : `resumed after ${duration(recovery)}`;
}
