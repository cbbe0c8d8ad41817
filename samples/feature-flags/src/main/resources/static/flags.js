/** The flags, and how they are changed. */

import { ask, count, set } from "./words.js";

const list = document.getElementById("flags");
const add = document.getElementById("add");
const template = document.getElementById("flag");
const name = document.getElementById("name");
const deleted = document.getElementById("deleted");
const undo = deleted.querySelector("button");
const rows = new Map();

/** The flag that this window deleted last, undefined for none. */
let lost;

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

undo.addEventListener("click", async () => {
	if (await put(lost.flag, lost.value)) {
		offerUndo(undefined);
		add.elements.flag.focus();
	}
});

function offerUndo(flag) {
	lost = flag;
	undo.hidden = !flag;
	set(deleted.firstElementChild, flag ? `${flag.flag} was deleted.` : "");
}

export function showFlags(entries) {
	const names = new Set(entries.map((entry) => entry.name));
	for (const [known, row] of rows) {
		if (!names.has(known)) {
			// The keyboard focus must not get lost.
			if (row.element.contains(document.activeElement)) {
				(undo.hidden ? add.elements.flag : undo).focus();
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
	find(".change").setAttribute("aria-label", `Edit the description of ${flag}`);
	find(".remove").setAttribute("aria-label", `Delete ${flag}`);
	toggle.addEventListener("click", () => put(flag, { ...shown, enabled: !shown.enabled }));
	find(".remove").addEventListener("click", async () => {
		const value = shown;
		if (await ask("DELETE", `flags/${encodeURIComponent(flag)}`)) {
			offerUndo({ flag, value });
		}
	});
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
