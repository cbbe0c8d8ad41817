package org.etcdevent.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

import org.etcdevent.benchmarks.contender.ContenderKind;
import org.jspecify.annotations.Nullable;

/**
 * The table: a row for each case and target. For one thread.
 */
final class Report {

	private static final List<String> HEADER = List.of("case", "target", ContenderKind.ETCD_EVENT.toString(),
			ContenderKind.JETCD.toString(), ContenderKind.RANGE_CACHE.toString(), ContenderKind.FLOOR.toString(),
			"measured", "");

	private final List<Row> rows = new ArrayList<>();

	private final List<String> sections = new ArrayList<>();

	/**
	 * Begins a row.
	 * @param name the case, and what its figures are
	 * @return the row
	 */
	Row row(String name) {
		Row row = new Row(name);
		this.rows.add(row);
		return row;
	}

	/** Adds what is not in the table. */
	void section(String text) {
		this.sections.add(text);
	}

	/** As a table of Markdown. */
	String table() {
		List<List<String>> lines = new ArrayList<>();
		lines.add(HEADER);
		lines.add(HEADER.stream().map((column) -> "---").toList());
		this.rows.forEach((row) -> lines.add(row.cells()));
		String table = lines.stream()
			.map((cells) -> cells.stream().collect(Collectors.joining(" | ", "| ", " |\n")))
			.collect(Collectors.joining());
		return (this.rows.isEmpty() ? "" : table)
				+ this.sections.stream().map((section) -> "\n" + section).collect(Collectors.joining());
	}

	/** Three digits that say something. */
	static String number(double value) {
		double size = Math.abs(value);
		int decimals = (size >= 100) ? 0 : (size >= 10) ? 1 : (size >= 0.1 || size == 0) ? 2 : 4;
		return String.format(Locale.ROOT, "%,." + decimals + "f", value);
	}

	/**
	 * One target.
	 */
	static final class Row {

		private final String name;

		private String target = "";

		private final Map<ContenderKind, String> figures = new LinkedHashMap<>();

		private String measured = "";

		private String verdict = "stated";

		private Row(String name) {
			this.name = name;
		}

		Row figure(ContenderKind kind, String figure) {
			this.figures.put(kind, figure);
			return this;
		}

		Row figures(Figures<?> all) {
			all.forEach(
					(kind, figure) -> figure(kind, (figure instanceof Double size) ? number(size) : figure.toString()));
			return this;
		}

		/**
		 * Holds a figure against a target; a row with several is met if all are.
		 * @param value what was measured
		 * @param highest the highest that is good
		 * @param meaning what both of them are
		 * @return this row
		 */
		Row atMost(double value, double highest, String meaning) {
			boolean missed = "missed".equals(this.verdict) || value > highest;
			this.target += (this.target.isEmpty() ? "≤ " : ", ≤ ") + number(highest) + " " + meaning;
			this.measured += (this.measured.isEmpty() ? "" : ", ") + number(value);
			this.verdict = missed ? "missed" : "met";
			return this;
		}

		/** Prints the row. */
		void done() {
			System.out.println("  " + this.name + ": " + this.figures + " " + this.measured + ", target " + this.target
					+ ": " + this.verdict);
		}

		private List<String> cells() {
			List<String> cells = new ArrayList<>(List.of(this.name, this.target));
			for (ContenderKind kind : Bench.ALL) {
				@Nullable String figure = this.figures.get(kind);
				cells.add((figure != null) ? figure : "–");
			}
			cells.add(this.measured);
			cells.add(this.verdict);
			return cells;
		}

	}

}
