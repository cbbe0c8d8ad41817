/** A line or two over time, drawn as SVG: all that there is, up to two minutes. */

const SHORTEST = 20_000;
const LONGEST = 120_000;
const WIDTH = 300;
const HEIGHT = 100;
const SVG = "http://www.w3.org/2000/svg";

export class Chart {

	/**
	 * @param svg the element to draw into
	 * @param words what a value reads like
	 * @param names what each line is called, for those who cannot see it
	 */
	constructor(svg, words, names) {
		this.svg = svg;
		this.words = words;
		this.names = names;
		this.points = [];
		svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
		svg.setAttribute("preserveAspectRatio", "none");
		this.lines = names.map((name, i) => {
			const line = document.createElementNS(SVG, "path");
			line.setAttribute("class", i === 0 ? "first" : "second");
			svg.append(line);
			return line;
		});
		this.scale = document.createElement("div");
		this.scale.className = "scale";
		svg.after(this.scale);
	}

	add(values) {
		const now = Date.now();
		this.points.push({ time: now, values });
		while (this.points[0].time < now - LONGEST) {
			this.points.shift();
		}
		const most = Math.max(0, ...this.points.map((point) => Math.max(...point.values)));
		this.lines.forEach((line, i) => line.setAttribute("d", this.path(i, now, most || 1)));
		this.scale.textContent = `now ${values.map(this.words).join(" and ")}, at most ${this.words(most)}`;
		this.svg.setAttribute("aria-label",
				this.names.map((name, i) => `${name}: now ${this.words(values[i])}`).join(", ") + `, at most ${this.words(most)}`);
	}

	path(i, now, most) {
		const span = Math.max(now - this.points[0].time, SHORTEST);
		return this.points.map((point, n) => {
			const x = WIDTH * (1 - (now - point.time) / span);
			const y = HEIGHT - 4 - (HEIGHT - 8) * (point.values[i] / most);
			return `${n === 0 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`;
		}).join("");
	}

}
