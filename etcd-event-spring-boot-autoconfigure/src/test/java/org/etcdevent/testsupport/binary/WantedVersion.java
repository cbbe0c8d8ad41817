package org.etcdevent.testsupport.binary;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version of etcd that was asked for: a minor line such as {@code 3.6}, or one release
 * of it such as {@code 3.6.16}.
 *
 * @param line the minor line
 * @param asked the line or the release, as it was asked for
 * @param newest the release of the line that its {@code go.mod} has, empty without one
 */
record WantedVersion(String line, String asked, String newest) {

	private static final Pattern FORMAT = Pattern.compile("v?((\\d+\\.\\d+)(?:\\.\\d+)?)");

	private static final Pattern REQUIREMENT = Pattern.compile("go\\.etcd\\.io/etcd/server/v3 v(\\S+)");

	static WantedVersion of(String text) throws IOException {
		Matcher parts = FORMAT.matcher(text);
		if (!parts.matches()) {
			throw new IllegalStateException("ETCD_VERSION is '" + text + "', which is no version: set it to "
					+ "a minor line such as 3.6, to a release such as 3.6.16, or not at all");
		}
		return new WantedVersion(parts.group(2), parts.group(1), newest(parts.group(2)));
	}

	/** The release in the {@code go.mod} of the line. */
	private static String newest(String line) throws IOException {
		try (InputStream module = resource(line, "go.mod")) {
			if (module == null) {
				return "";
			}
			Matcher requirement = REQUIREMENT.matcher(new String(module.readAllBytes(), StandardCharsets.UTF_8));
			if (!requirement.find()) {
				throw new IllegalStateException("The go.mod of etcd " + line + " does not require its server");
			}
			return requirement.group(1);
		}
	}

	/**
	 * A file of the line's Go module, which has to have one.
	 * @param name the name of the file
	 * @return its content
	 */
	InputStream resource(String name) {
		return resource(this.line, name);
	}

	private static InputStream resource(String line, String name) {
		return WantedVersion.class.getResourceAsStream("etcd-" + line + "/" + name);
	}

	boolean isLine() {
		return this.asked.equals(this.line);
	}

	/**
	 * The release that was asked for, or the newest one of the line.
	 * @return the release, empty if it is not known
	 */
	String release() {
		return isLine() ? this.newest : this.asked;
	}

	/**
	 * Whether the line's {@code go.mod} is for this release.
	 * @return {@code true} if so
	 */
	boolean isPinned() {
		return !this.newest.isEmpty() && this.newest.equals(release());
	}

	@Override
	public String toString() {
		return this.asked;
	}

}
