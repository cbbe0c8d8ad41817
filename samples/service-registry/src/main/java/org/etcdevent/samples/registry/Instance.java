package org.etcdevent.samples.registry;

import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where an instance of the service listens. In etcd it is {@code host:port} and nothing
 * else, so that a writer of that key chooses neither scheme nor path of what is called.
 *
 * @param host its name or address
 * @param port its port
 */
record Instance(String host, int port) {

	private static final Pattern TEXT = Pattern.compile("([A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+]):([0-9]{1,5})");

	/**
	 * Reads what is in etcd.
	 * @param text host and port
	 * @return the instance
	 * @throws IllegalArgumentException if the text is something else, or cannot be called
	 */
	static Instance valueOf(String text) {
		Matcher matcher = TEXT.matcher(text);
		if (!matcher.matches()) {
			throw new IllegalArgumentException("An instance is written as host:port");
		}
		Instance instance = new Instance(matcher.group(1), Integer.parseInt(matcher.group(2)));
		if (instance.port < 1 || instance.port > 65_535 || instance.uri("/").getHost() == null) {
			throw new IllegalArgumentException("The host or the port of an instance is invalid");
		}
		return instance;
	}

	URI uri(String path) {
		return URI.create("http://" + this + path);
	}

	@Override
	public String toString() {
		return this.host + ":" + this.port;
	}

}
