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
import org.etcdevent.samples.flags.demo.DemoState.RawWatchState;
import org.etcdevent.testsupport.EtcdAdmin;
import org.jspecify.annotations.Nullable;

/**
 * jetcd's own watch, used as its documentation shows: read everything, then watch from
 * the revision after it. For comparison.
 */
final class RawWatch implements AutoCloseable {

	private static final ByteSequence PREFIX = EtcdAdmin.bytes(DemoWriter.PREFIX);

	private final List<URI> endpoints;

	private final DemoWork work;

	private volatile RawWatchState state = new RawWatchState("not started", true);

	/** The one that counts: what one before it still says or does is passed over. */
	private volatile @Nullable Client client;

	RawWatch(List<URI> endpoints, DemoWork work) {
		this.endpoints = endpoints;
		this.work = work;
	}

	RawWatchState state() {
		return this.state;
	}

	/** Starts, or starts anew. */
	synchronized void start() {
		close();
		this.work.forget();
		Client fresh = Client.builder().endpoints(this.endpoints).build();
		this.client = fresh;
		say(fresh, "reading", false);
		fresh.getKVClient()
			.get(PREFIX, GetOption.builder().isPrefix(true).build())
			.thenAccept((read) -> follow(fresh, read))
			.exceptionally((failure) -> {
				say(fresh, "the first read failed: " + failure.getMessage(), true);
				return null;
			});
	}

	private void follow(Client client, GetResponse read) {
		read.getKvs().forEach((entry) -> handle(client, entry, true));
		say(client, "open", false);
		WatchOption option = WatchOption.builder()
			.isPrefix(true)
			.withRevision(read.getHeader().getRevision() + 1)
			.build();
		client.getWatchClient().watch(PREFIX, option, Watch.listener((response) -> {
			for (WatchEvent event : response.getEvents()) {
				handle(client, event.getKeyValue(), event.getEventType() == WatchEvent.EventType.PUT);
			}
		}, (error) -> say(client, "closed with an error: " + error.getMessage(), true),
				() -> say(client, "closed", true)));
	}

	private void say(Client client, String what, boolean over) {
		if (client == this.client) {
			this.state = new RawWatchState(what, over);
		}
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
			// Nobody tries it again.
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

}
