package org.etcdevent.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import org.etcdevent.benchmarks.contender.ContenderKind;

/**
 * Draws how old the values are that a slow handler gets, as an SVG that reads well on
 * light and dark pages.
 */
final class Chart {

	private static final int WIDTH = 720;

	private static final int HEIGHT = 320;

	private static final int LEFT = 50;

	private static final int RIGHT = 110;

	private static final int TOP = 40;

	private static final int BOTTOM = 45;

	private static final List<String> COLORS = List.of("#2f9e44", "#e8590c", "#1971c2", "#868e96");

	private final long intervalNanos;

	private final double seconds;

	private final double highest;

	private final StringBuilder svg = new StringBuilder();

	private Chart(long intervalNanos, Figures<long[]> ages) {
		this.intervalNanos = intervalNanos;
		this.seconds = ages.all().stream().mapToInt((values) -> values.length).max().orElse(1) * intervalNanos / 1e9;
		this.highest = Math.max(1, ages.all().stream().flatMapToLong(Arrays::stream).max().orElse(1) / 1e9);
	}

	/**
	 * Writes the chart to where the results are.
	 * @param intervalNanos how long an interval is
	 * @param ages the oldest value handled in each, by contender
	 */
	static void write(long intervalNanos, Figures<long[]> ages) {
		try {
			Files.createDirectories(Results.FOLDER);
			Files.writeString(Results.FOLDER.resolve("slow-handler.svg"), new Chart(intervalNanos, ages).draw(ages));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private String draw(Figures<long[]> ages) {
		this.svg.append("""
				<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="13" \
				fill="#868e96">
				<text x="%d" y="22">Age of the value being handled, in seconds: a handler of 1 ms, 20,000 updates of \
				1,000 keys</text>
				""".formatted(WIDTH, HEIGHT, LEFT));
		double step = step(this.highest);
		for (double value = 0; value <= this.highest; value += step) {
			line(x(0), y(value), x(this.seconds), y(value));
			text(LEFT - 8, y(value) + 4, "end", Report.number(value).replaceAll("\\.?0+$", ""));
		}
		step = step(this.seconds);
		for (double value = 0; value <= this.seconds; value += step) {
			text(x(value), HEIGHT - BOTTOM + 20, "middle", Report.number(value).replaceAll("\\.?0+$", ""));
		}
		text(x(this.seconds / 2), HEIGHT - 8, "middle", "seconds since the first update");
		ages.forEach(this::curve);
		return this.svg.append("</svg>\n").toString();
	}

	private static double step(double highest) {
		return (highest > 10) ? 5 : (highest > 4) ? 1 : 0.5;
	}

	private void curve(ContenderKind kind, long[] ages) {
		String color = COLORS.get(kind.ordinal());
		StringBuilder points = new StringBuilder();
		double end = 0;
		double last = 0;
		for (int i = 0; i < ages.length; i++) {
			if (ages[i] > 0) {
				end = (i + 0.5) * this.intervalNanos / 1e9;
				last = ages[i] / 1e9;
				points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(end), y(last)));
			}
		}
		this.svg.append("<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2.5\" points=\"%s\"/>%n".formatted(color,
				points.toString().strip()));
		// Curves that end in one place have their names one above the other.
		double lift = (kind == ContenderKind.RANGE_CACHE) ? 16 : 0;
		this.svg.append(String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" fill=\"%s\">%s</text>%n", x(end) + 8,
				y(last) + 4 + lift, color, kind));
	}

	private void line(double x1, double y1, double x2, double y2) {
		this.svg.append(String.format(Locale.ROOT,
				"<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#868e96\" stroke-opacity=\"0.3\"/>%n",
				x1, y1, x2, y2));
	}

	private void text(double x, double y, String anchor, String text) {
		this.svg.append(String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n", x, y,
				anchor, text));
	}

	private double x(double value) {
		return LEFT + value / this.seconds * (WIDTH - LEFT - RIGHT);
	}

	private double y(double value) {
		return HEIGHT - BOTTOM - value / this.highest * (HEIGHT - TOP - BOTTOM);
	}

}
