package org.etcdevent.samples.registry;

import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where an instance of the service listens. In etcd it is {@code host:port} and nothing
 * else, so that whoever writes there chooses neither scheme nor path of what is called.
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
	 * @throws IllegalArgumentException if the text is something else
	 */
	static Instance valueOf(String text) {
		Matcher matcher = TEXT.matcher(text);
		if (!matcher.matches()) {
			throw new IllegalArgumentException("An instance is written as host:port");
		}
		return new Instance(matcher.group(1), Integer.parseInt(matcher.group(2)));
	}

	URI uri(String path) {
		return URI.create("http://" + this + path);
	}

	@Override
	public String toString() {
		return this.host + ":" + this.port;
	}

}
