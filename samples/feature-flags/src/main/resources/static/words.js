/** Figures in words, and requests to the application. */

const READABLE = 5_000;

const whole = new Intl.NumberFormat("en");
const problem = document.getElementById("problem");

/** When the outage began that the page reports, undefined for none. */
let outageSince;

export function count(number) {
	return whole.format(number);
}

export function duration(millis) {
	if (millis < 1_000) {
		return `${Math.round(millis)} ms`;
	}
	return (millis < 60_000) ? `${(millis / 1_000).toFixed(1)} s` : `${Math.floor(millis / 60_000)} min ${Math.floor(millis / 1_000) % 60} s`;
}

/**
 * Shows figures as a list of terms.
 * @param list the dl element
 * @param figures [term, figure, explanation] each
 */
export function showFigures(list, figures) {
	while (list.children.length < figures.length) {
		const group = document.createElement("div");
		const explained = document.createElement("dd");
		explained.className = "why";
		group.append(document.createElement("dt"), document.createElement("dd"), explained);
		list.append(group);
	}
	figures.forEach((texts, i) => texts.forEach((text, n) => set(list.children[i].children[n], text)));
}

/**
 * Shows a state, by word and colour.
 * @param element where
 * @param state its name, and its kind: good, warn or bad
 */
export function setState(element, state) {
	set(element, state.name);
	element.className = `state ${state.kind}`;
}

/** Keeps an element whose text is right, so that a selection or a screen reader is not disturbed. */
export function set(element, text) {
	if (element.textContent !== String(text)) {
		element.textContent = text;
	}
}

/**
 * Sends a request to the application and reports a failure on the page.
 * @return whether it succeeded
 */
export async function ask(method, path, body) {
	try {
		const response = await fetch(path, {
			method,
			headers: body ? { "Content-Type": "application/json" } : {},
			body: body ? JSON.stringify(body) : undefined
		});
		problem.hidden = response.ok;
		if (!response.ok) {
			const body = await response.json().catch(() => ({}));
			report(body.detail ?? `The request failed: HTTP ${response.status}.`, response.status >= 500);
		}
		return response.ok;
	}
	catch {
		report("Cannot reach the application.", true);
		return false;
	}
}

function report(text, outage) {
	problem.textContent = text;
	problem.hidden = false;
	outageSince = outage ? Date.now() : undefined;
}

/** Hides the report of an outage, once there was time to read it. */
export function outageIsOver() {
	if (Date.now() - outageSince > READABLE) {
		problem.hidden = true;
	}
}
