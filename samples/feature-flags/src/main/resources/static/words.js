/** Figures in words, and what is sent to the application. */

const whole = new Intl.NumberFormat("en");

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

/** Leaves alone what is as it should be, so that a selection or a screen reader is not disturbed. */
export function set(element, text) {
	if (element.textContent !== String(text)) {
		element.textContent = text;
	}
}

/**
 * Asks the application for something, and says so on the page where it refuses.
 * @return whether it was done
 */
export async function ask(method, path, body) {
	const problem = document.getElementById("problem");
	try {
		const response = await fetch(path, {
			method,
			headers: body ? { "Content-Type": "application/json" } : {},
			body: body ? JSON.stringify(body) : undefined
		});
		problem.hidden = response.ok;
		if (!response.ok) {
			const detail = await response.json().catch(() => ({}));
			problem.textContent = detail.detail ?? `The application refused: ${response.status}`;
		}
		return response.ok;
	}
	catch {
		problem.hidden = false;
		problem.textContent = "The application cannot be reached.";
		return false;
	}
}
