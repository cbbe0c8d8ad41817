package org.etcdevent.readme;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A fenced block of the README.
 *
 * @param line the line of the README at which its text begins, from 1
 * @param text the text between the fences
 */
record Snippet(int line, String text) {

	private static final String FENCE = "```";

	/**
	 * All blocks of a language, in their order.
	 * @param language what stands behind the fence that opens a block
	 */
	static List<Snippet> of(String language) {
		List<Snippet> snippets = new ArrayList<>();
		List<String> lines = lines();
		for (int i = 0; i < lines.size(); i++) {
			if (lines.get(i).startsWith(FENCE)) {
				int end = i + 1;
				while (!lines.get(end).equals(FENCE)) {
					end++;
				}
				if (lines.get(i).equals(FENCE + language)) {
					snippets.add(new Snippet(i + 2, String.join("\n", lines.subList(i + 1, end))));
				}
				i = end;
			}
		}
		return snippets;
	}

	static List<String> lines() {
		try {
			return Files
				.readAllLines(Path.of(System.getProperty("maven.multiModuleProjectDirectory", ".."), "README.md"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public String toString() {
		return "README.md:" + this.line;
	}

}
