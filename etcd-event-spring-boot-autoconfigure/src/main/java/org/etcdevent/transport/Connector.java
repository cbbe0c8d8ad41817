package org.etcdevent.transport;

import java.net.SocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.grpc.ManagedChannel;
import org.etcdevent.etcd.Failure;

/**
 * Connects to another endpoint each time, and of an endpoint to another address, from one
 * that is chosen by chance. Watches and reads have one each, so that two that fail in
 * step do not keep each other on the same endpoint. Loop only.
 */
final class Connector {

	private static final long FIRST_BUDGET = TimeUnit.SECONDS.toNanos(2);

	private static final long MAX_BUDGET = TimeUnit.SECONDS.toNanos(4);

	/** Where names change all the time, what was tried long ago is of no interest. */
	private static final int MAX_TRIED = 1_000;

	final EventLoop loop;

	final Channels channels;

	final Lookups lookups;

	final Login login;

	private int next = ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE);

	/** Those addresses whose turn comes after that of others. */
	private final Set<SocketAddress> tried = new HashSet<>();

	private long budget = FIRST_BUDGET;

	Connector(EventLoop loop, Channels channels, Lookups lookups, Login login) {
		this.loop = loop;
		this.channels = channels;
		this.lookups = lookups;
		this.login = login;
	}

	/**
	 * Connects. One of both is called, later and once, unless the connection is closed
	 * first.
	 * @param open gets the channel once etcd has answered on it
	 * @param failed gets why there is none
	 */
	Connection connect(Consumer<ManagedChannel> open, Consumer<Failure> failed) {
		Connection connection = new Connection(this, open, failed);
		connection.start();
		return connection;
	}

	/** How long names and addresses may take together. */
	long budget() {
		return this.budget;
	}

	void connected(long tookNanos) {
		this.budget = Math.min(MAX_BUDGET, Math.max(FIRST_BUDGET, 2 * tookNanos));
	}

	void timedOut() {
		this.budget = MAX_BUDGET;
	}

	URI next(List<URI> endpoints) {
		return endpoints.get(Math.floorMod(this.next++, endpoints.size()));
	}

	List<SocketAddress> inTurn(List<SocketAddress> addresses) {
		if (this.tried.size() > MAX_TRIED) {
			this.tried.clear();
		}
		if (this.tried.containsAll(addresses)) {
			addresses.forEach(this.tried::remove);
		}
		List<SocketAddress> inTurn = new ArrayList<>(addresses);
		Collections.shuffle(inTurn);
		inTurn.sort(Comparator.comparing(this.tried::contains));
		return inTurn;
	}

	void tried(SocketAddress address) {
		this.tried.add(address);
	}

}
