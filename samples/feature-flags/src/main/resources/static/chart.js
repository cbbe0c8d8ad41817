/** One or two lines over the last two minutes, drawn as SVG. */

import { set } from "./words.js";

const SHORTEST = 20_000;
const LONGEST = 120_000;
const WIDTH = 300;
const HEIGHT = 100;
const MARGIN = 4;
const SVG = "http://www.w3.org/2000/svg";

export class Chart {

	/**
	 * @param figure the element to draw into, which has a caption
	 * @param words what a value reads like
	 * @param names what each line is called, for those who cannot see it
	 */
	constructor(figure, words, names) {
		this.words = words;
		this.names = names;
		this.points = [];
		this.svg = document.createElementNS(SVG, "svg");
		this.svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
		this.svg.setAttribute("preserveAspectRatio", "none");
		this.svg.setAttribute("role", "img");
		this.areas = names.map(() => this.path("area"));
		this.lines = names.map(() => this.path("line"));
		this.top = document.createElement("small");
		this.top.className = "top";
		const axis = document.createElement("div");
		axis.className = "axis";
		this.begin = document.createElement("small");
		const end = document.createElement("small");
		end.textContent = "now";
		axis.append(this.begin, end);
		figure.append(this.top, this.svg, axis);
	}

	path(kind) {
		const path = document.createElementNS(SVG, "path");
		path.setAttribute("class", kind);
		this.svg.append(path);
		return path;
	}

	add(values) {
		const now = Date.now();
		this.points.push({ time: now, values });
		while (this.points[0].time < now - LONGEST) {
			this.points.shift();
		}
		const span = Math.max(now - this.points[0].time, SHORTEST);
		const most = Math.max(0, ...this.points.flatMap((point) => point.values));
		const x = (point) => (WIDTH * (1 - (now - point.time) / span)).toFixed(1);
		this.lines.forEach((line, i) => {
			const y = (point) => (HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * (point.values[i] / (most || 1))).toFixed(1);
			const drawn = "M" + this.points.map((point) => `${x(point)} ${y(point)}`).join("L");
			line.setAttribute("d", drawn);
			this.areas[i].setAttribute("d", `${drawn}V${HEIGHT}H${x(this.points[0])}Z`);
		});
		set(this.top, `at most ${this.words(most)}`);
		set(this.begin, `${Math.round(span / 1_000)} s ago`);
		this.svg.setAttribute("aria-label", this.names.map((name, i) => `${name}: now ${this.words(values[i])}`).join(", ")
				+ `, at most ${this.words(most)}`);
	}

}
