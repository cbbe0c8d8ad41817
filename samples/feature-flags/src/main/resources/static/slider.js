/** A slider over given stops that shows a setting of the application and changes it. */

import { set } from "./words.js";

const PATIENCE = 5_000;

export class Slider {

	/**
	 * @param input the range element; its output is labelled with the same id
	 * @param stops what it can be set to, in order
	 * @param words what a stop reads like
	 * @param send sends a stop to the application, and returns a promise of that
	 */
	constructor(input, stops, words, send) {
		this.input = input;
		this.output = document.querySelector(`output[for=${input.id}]`);
		this.stops = stops;
		this.words = words;
		input.max = stops.length - 1;
		// One request after the other: two at once may overtake each other on the way.
		let sent = Promise.resolve();
		input.addEventListener("input", () => this.move(Infinity));
		input.addEventListener("change", () => {
			const wanted = this.move(Date.now() + PATIENCE);
			sent = sent.then(() => send(wanted));
		});
	}

	/** Stays where it is moved to until the application says the same, or for a while: older news may be on the way. */
	move(until) {
		this.wanted = this.stops[this.input.value];
		this.until = until;
		this.display(this.wanted);
		return this.wanted;
	}

	show(value) {
		if (this.wanted !== undefined && value !== this.wanted && Date.now() < this.until) {
			return;
		}
		this.wanted = undefined;
		const next = this.stops.findIndex((stop) => stop >= value);
		this.input.value = (next < 0) ? this.stops.length - 1 : next;
		this.display(value);
	}

	display(value) {
		set(this.output, this.words(value));
		this.input.setAttribute("aria-valuetext", this.words(value));
	}

}
