package org.etcdevent.benchmarks.contender;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.watch.WatchEvent;
import io.etcd.jetcd.watch.WatchResponse;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * A read of the range, then a watch from the revision after it, with a listener. After an
 * error it is left to jetcd whether the watch goes on, or both are begun anew.
 */
final class JetcdContender implements Contender {

	private static final int TIMEOUT_SECONDS = 60;

	private static final Log logger = LogFactory.getLog(JetcdContender.class);

	private final List<Following> followings = new ArrayList<>();

	private final boolean anew;

	private final ExecutorService repairs = Executors.newSingleThreadExecutor();

	private @Nullable Client client;

	JetcdContender(boolean anew) {
		this.anew = anew;
	}

	@Override
	public void connect(List<URI> endpoints, List<Consumer> consumers) {
		// Its default would end a watch with the first large message.
		Client made = Client.builder().endpoints(endpoints).maxInboundMessageSize(Integer.MAX_VALUE).build();
		this.client = made;
		consumers
			.forEach((consumer) -> this.followings.add(new Following(made, consumer, this.anew ? this.repairs : null)));
	}

	@Override
	public void follow() throws Exception {
		for (Following following : this.followings) {
			following.read();
			following.watch();
		}
	}

	@Override
	public void away() {
		this.followings.forEach(Following::stop);
	}

	@Override
	public void back() {
		this.followings.forEach(Following::watch);
	}

	@Override
	public void close() {
		this.repairs.shutdownNow();
		away();
		if (this.client != null) {
			this.client.close();
		}
	}

	private static final class Following {

		private final Client client;

		private final Sink sink;

		private final ByteSequence prefix;

		/** {@code null} to go on only if jetcd does. */
		private final @Nullable ExecutorService repairs;

		/** What was seen last. */
		private volatile long revision;

		/** How often it was begun; whatever comes of an earlier watch is ignored. */
		private volatile long generation;

		private Watch.@Nullable Watcher watcher;

		Following(Client client, Consumer consumer, @Nullable ExecutorService repairs) {
			this.client = client;
			this.sink = consumer.sink();
			this.repairs = repairs;
			this.prefix = ByteSequence.from(consumer.prefix(), StandardCharsets.UTF_8);
		}

		void read() throws Exception {
			GetResponse response = this.client.getKVClient()
				.get(this.prefix, GetOption.builder().isPrefix(true).build())
				.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
			for (KeyValue pair : response.getKvs()) {
				this.sink.accept(text(pair), pair.getValue().getBytes(), pair.getModRevision());
			}
			this.revision = response.getHeader().getRevision();
		}

		void watch() {
			WatchOption option = WatchOption.builder().isPrefix(true).withRevision(this.revision + 1).build();
			Watch.Listener listener = Watch.listener(this::onResponse);
			if (this.repairs != null) {
				long now = this.generation + 1;
				this.generation = now;
				// On one thread with what is begun anew.
				listener = Watch.listener((response) -> repair(now, () -> onResponse(response)), (failure) -> {
					logger.info("jetcd's watch failed", failure);
					repair(now, this::beginAnew);
				});
			}
			this.watcher = this.client.getWatchClient().watch(this.prefix, option, listener);
		}

		private void repair(long of, Runnable task) {
			if (this.repairs != null && !this.repairs.isShutdown()) {
				this.repairs.execute(() -> {
					if (of == this.generation) {
						task.run();
					}
				});
			}
		}

		private void beginAnew() {
			stop();
			try {
				read();
			}
			catch (Exception ex) {
				repair(this.generation, this::beginAnew);
				return;
			}
			watch();
		}

		void stop() {
			if (this.watcher != null) {
				this.watcher.close();
			}
		}

		private void onResponse(WatchResponse response) {
			for (WatchEvent event : response.getEvents()) {
				KeyValue pair = event.getKeyValue();
				boolean deleted = event.getEventType() == WatchEvent.EventType.DELETE;
				this.revision = pair.getModRevision();
				this.sink.accept(text(pair), deleted ? null : pair.getValue().getBytes(), pair.getModRevision());
			}
		}

		private static String text(KeyValue pair) {
			return pair.getKey().toString(StandardCharsets.UTF_8);
		}

	}

}
