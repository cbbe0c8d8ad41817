package org.etcdevent.samples.flags.demo;

import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.watch.WatchEvent;
import io.etcd.jetcd.watch.WatchResponse;
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

	private volatile String says = "not started";

	private @Nullable Client client;

	RawWatch(List<URI> endpoints, DemoWork work) {
		this.endpoints = endpoints;
		this.work = work;
	}

	String says() {
		return this.says;
	}

	/** Starts, or starts anew. */
	synchronized void start() {
		close();
		this.work.forget();
		this.says = "reading";
		Client fresh = Client.builder().endpoints(this.endpoints).build();
		this.client = fresh;
		CompletableFuture<GetResponse> read = fresh.getKVClient()
			.get(PREFIX, GetOption.builder().isPrefix(true).build());
		read.whenComplete((response, failure) -> {
			if (failure != null) {
				this.says = "the first read failed: " + failure.getMessage();
				return;
			}
			response.getKvs().forEach((entry) -> handle(entry, true));
			WatchOption option = WatchOption.builder()
				.isPrefix(true)
				.withRevision(response.getHeader().getRevision() + 1)
				.build();
			this.says = "open";
			fresh.getWatchClient()
				.watch(PREFIX, option,
						Watch.listener(this::onNext,
								(error) -> this.says = "closed with an error: " + error.getMessage(),
								() -> this.says = "closed"));
		});
	}

	private void onNext(WatchResponse response) {
		for (WatchEvent event : response.getEvents()) {
			handle(event.getKeyValue(), event.getEventType() == WatchEvent.EventType.PUT);
		}
	}

	private void handle(KeyValue entry, boolean put) {
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
		if (this.client != null) {
			this.client.close();
			this.client = null;
		}
	}

}
