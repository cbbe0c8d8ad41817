package org.etcdevent.benchmarks.contender;

import java.net.URI;
import java.util.List;

/**
 * A way to follow keys of etcd, used as its own documentation tells.
 */
public interface Contender extends AutoCloseable {

	/**
	 * Gets ready. Called once.
	 * @param endpoints where etcd is
	 * @param consumers who is to be told of what
	 * @throws Exception if it does not work
	 */
	void connect(List<URI> endpoints, List<Consumer> consumers) throws Exception;

	/**
	 * Tells what is there, and from then on what changes. Called once, after
	 * {@link #connect}.
	 * @throws Exception if it does not work
	 */
	void follow() throws Exception;

	/**
	 * Whether the first state is known here, told or not.
	 * @return {@code true} from then on; for most, that is the end of {@link #follow()}
	 */
	default boolean isKnown() {
		return true;
	}

	/**
	 * Stops looking, where a contender cannot be trusted to come back by itself.
	 */
	default void away() {
	}

	/**
	 * Looks again, from where it stopped.
	 */
	default void back() {
	}

	@Override
	void close();

	/**
	 * Who is told what.
	 *
	 * @param prefix what the keys begin with
	 * @param sink gets what happens
	 */
	record Consumer(String prefix, Sink sink) {
	}

}
