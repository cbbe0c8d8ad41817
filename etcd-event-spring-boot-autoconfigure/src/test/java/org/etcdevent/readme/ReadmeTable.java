package org.etcdevent.readme;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The rows of the first table below a heading of the README.
 */
final class ReadmeTable {

	private ReadmeTable() {
	}

	/**
	 * What is below the two lines that begin the table.
	 * @param heading the heading, with its hashes
	 * @param title the first cell of the table's first line
	 * @return the rows, each in its cells
	 */
	static List<List<String>> rows(String heading, String title) {
		List<List<String>> rows = new ArrayList<>();
		List<String> lines = Snippet.lines();
		int line = lines.indexOf(heading);
		while (!lines.get(line).startsWith("| " + title + " |")) {
			line++;
		}
		for (line += 2; lines.get(line).startsWith("|"); line++) {
			rows.add(cells(lines.get(line)));
		}
		return rows;
	}

	private static List<String> cells(String line) {
		return Arrays.stream(line.substring(1, line.length() - 1).split("\\|")).map(String::trim).toList();
	}

}
