/** The flags, and how they are changed. */

import { ask, count, set } from "./words.js";

const list = document.getElementById("flags");
const add = document.getElementById("add");
const template = document.getElementById("flag");
const name = document.getElementById("name");
const rows = new Map();

name.value = localStorage.getItem("name") ?? `window ${Math.random().toString(36).slice(2, 6)}`;
name.addEventListener("change", () => localStorage.setItem("name", name.value));

add.addEventListener("submit", async (event) => {
	event.preventDefault();
	const { flag, description } = add.elements;
	if (await put(flag.value, { enabled: false, description: description.value })) {
		add.reset();
		flag.focus();
	}
});

function put(flag, value) {
	return ask("PUT", `flags/${encodeURIComponent(flag)}`,
			{ ...value, description: value.description || undefined, changedBy: name.value.trim() || undefined });
}

export function showFlags(entries) {
	const names = new Set(entries.map((entry) => entry.name));
	for (const [known, row] of rows) {
		if (!names.has(known)) {
			// A keyboard that is there goes on close by.
			if (row.element.contains(document.activeElement)) {
				add.elements.flag.focus();
			}
			row.element.remove();
			rows.delete(known);
		}
	}
	entries.forEach((entry, i) => {
		let row = rows.get(entry.name);
		if (!row) {
			row = create(entry.name);
			rows.set(entry.name, row);
			list.insertBefore(row.element, list.children[i] ?? null);
		}
		row.show(entry);
	});
	document.getElementById("no-flags").hidden = entries.length > 0;
}

function create(flag) {
	const element = template.content.firstElementChild.cloneNode(true);
	const find = (selector) => element.querySelector(selector);
	const toggle = find(".switch");
	const form = find(".edit");
	const text = find("input");
	let shown;
	element.dataset.flag = flag;
	set(find("strong"), flag);
	toggle.setAttribute("aria-label", flag);
	find(".change").setAttribute("aria-label", `Edit what ${flag} is for`);
	find(".remove").setAttribute("aria-label", `Delete ${flag}`);
	toggle.addEventListener("click", () => put(flag, { ...shown, enabled: !shown.enabled }));
	find(".remove").addEventListener("click", () => ask("DELETE", `flags/${encodeURIComponent(flag)}`));
	find(".change").addEventListener("click", () => edit(form.hidden));
	form.addEventListener("submit", async (event) => {
		event.preventDefault();
		if (await put(flag, { ...shown, description: text.value })) {
			edit(false);
		}
	});
	form.addEventListener("keydown", (event) => {
		if (event.key === "Escape") {
			edit(false);
		}
	});

	function edit(open) {
		form.hidden = !open;
		find(".what").hidden = open;
		set(find(".change"), open ? "Cancel" : "Edit");
		if (open) {
			text.value = shown.description ?? "";
			text.focus();
		}
		else {
			find(".change").focus();
		}
	}

	return {
		element,
		show(entry) {
			if (shown && element.dataset.revision !== String(entry.revision)) {
				element.classList.remove("changed");
				void element.offsetWidth;
				element.classList.add("changed");
			}
			shown = entry.flag;
			element.dataset.revision = entry.revision;
			toggle.setAttribute("aria-checked", String(entry.flag.enabled));
			set(find(".description"), entry.flag.description ?? "");
			set(find("small"), `${entry.flag.enabled ? "On" : "Off"}, changed at revision ${count(entry.revision)}`
					+ (entry.flag.changedBy ? ` by ${entry.flag.changedBy}` : ""));
		}
	};
}
