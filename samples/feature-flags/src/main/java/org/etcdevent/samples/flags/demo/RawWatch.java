package org.etcdevent.samples.flags.demo;

import java.net.URI;
import java.util.List;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.watch.WatchEvent;
import io.etcd.jetcd.watch.WatchResponse;
import org.etcdevent.samples.flags.demo.DemoState.RawWatchState;
import org.etcdevent.testsupport.EtcdAdmin;
import org.jspecify.annotations.Nullable;

/**
 * jetcd's own watch, used as its documentation shows: read everything, then watch from
 * the next revision. For comparison.
 */
final class RawWatch implements AutoCloseable {

	private static final ByteSequence PREFIX = EtcdAdmin.bytes(DemoWriter.PREFIX);

	private final List<URI> endpoints;

	private final DemoWork work;

	private final DeliveryLedger ledger;

	private final Recovery recovery = new Recovery();

	/** What jetcd reported last; set by its callbacks, one at a time. */
	private volatile Report report = new Report(Phase.OPEN, "not started");

	/** The current client; callbacks of earlier ones are ignored. */
	private volatile @Nullable Client client;

	RawWatch(List<URI> endpoints, DemoWork work, DeliveryLedger ledger) {
		this.endpoints = endpoints;
		this.work = work;
		this.ledger = ledger;
	}

	/**
	 * What jetcd reported, and what was measured.
	 * @return the state at this moment
	 */
	RawWatchState state() {
		Report last = this.report;
		return new RawWatchState(last.text(), last.phase() == Phase.CLOSED, this.ledger.pending(), this.ledger.lost(),
				this.ledger.repeated(), this.recovery.millis());
	}

	/** Starts, or restarts from scratch. */
	synchronized void start() {
		close();
		this.work.forget();
		this.recovery.faultStarted();
		Client fresh = Client.builder().endpoints(this.endpoints).build();
		this.client = fresh;
		report(fresh, Phase.OPEN, "reading");
		fresh.getKVClient()
			.get(PREFIX, GetOption.builder().isPrefix(true).build())
			.thenAccept((read) -> watch(fresh, read))
			.exceptionally((failure) -> {
				report(fresh, Phase.CLOSED, "first read failed: " + words(failure));
				return null;
			});
	}

	void faultStarted() {
		this.recovery.faultStarted();
		this.ledger.reset();
	}

	void faultEnded() {
		this.recovery.faultEnded();
	}

	private void watch(Client client, GetResponse read) {
		if (client != this.client) {
			return;
		}
		long revision = read.getHeader().getRevision();
		this.ledger.start(revision);
		read.getKvs().forEach((entry) -> handle(client, entry, true));
		WatchOption option = WatchOption.builder()
			.isPrefix(true)
			.withRevision(revision + 1)
			.withCreateNotify(true)
			.build();
		report(client, Phase.OPEN, "open");
		client.getWatchClient()
			.watch(PREFIX, option,
					Watch.listener((response) -> receive(client, response),
							(error) -> report(client, Phase.INTERRUPTED, words(error)),
							() -> report(client, Phase.CLOSED, this.report.text())));
	}

	private void receive(Client client, WatchResponse response) {
		if (client != this.client) {
			return;
		}
		if (this.report.phase() != Phase.OPEN) {
			this.recovery.recovered();
			report(client, Phase.OPEN, "open");
		}
		List<WatchEvent> events = response.getEvents();
		this.ledger.delivered(events.stream().map((event) -> event.getKeyValue().getModRevision()).toList());
		for (WatchEvent event : events) {
			handle(client, event.getKeyValue(), event.getEventType() == WatchEvent.EventType.PUT);
		}
	}

	private void report(Client client, Phase phase, String text) {
		if (client == this.client) {
			this.report = new Report(phase, text);
		}
	}

	/** Without the prefixes of etcd's packages. */
	private static String words(Throwable error) {
		String message = String.valueOf(error.getMessage());
		return message.substring(message.lastIndexOf(": ") + 1).trim();
	}

	private void handle(Client client, KeyValue entry, boolean put) {
		if (client != this.client) {
			return;
		}
		try {
			this.work.handle(entry.getKey().toString(), put ? entry.getValue().toString() : null,
					entry.getModRevision());
		}
		catch (IllegalStateException ex) {
			// A raw watch does not retry.
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public synchronized void close() {
		Client old = this.client;
		this.client = null;
		if (old != null) {
			old.close();
		}
	}

	private enum Phase {

		OPEN,

		/** jetcd reported an error; it may resume. */
		INTERRUPTED,

		/** jetcd reported the end of the watch. */
		CLOSED

	}

	private record Report(Phase phase, String text) {
	}

}
