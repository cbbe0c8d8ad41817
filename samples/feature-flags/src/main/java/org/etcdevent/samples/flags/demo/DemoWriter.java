package org.etcdevent.samples.flags.demo;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.kv.DeleteResponse;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.etcdevent.testsupport.EtcdAdmin;

/**
 * Writes and deletes keys and reads them back, on its own thread, bypassing the network
 * that can be broken.
 */
final class DemoWriter implements AutoCloseable {

	static final String PREFIX = "demo/";

	private static final Log logger = LogFactory.getLog(DemoWriter.class);

	private static final int KEYS = 100;

	/** Bounds what is made up for after etcd was slow. */
	private static final int MOST_DUE = 5 * KEYS;

	private static final long TICK_MILLIS = 10;

	private static final int TICKS_PER_LOOK = 30;

	private final DemoCluster cluster;

	private final IntSupplier rate;

	private final DeliveryLedger ledger;

	private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();

	private final List<Integer> order = IntStream.range(0, KEYS).boxed().collect(Collectors.toList());

	private final AtomicLong written = new AtomicLong();

	/** The number of writes that are due; owned by the thread, as are the next two. */
	private double due;

	private long lastNanos = System.nanoTime();

	private int ticks;

	private volatile DemoTruth truth = new DemoTruth(0, Map.of());

	DemoWriter(DemoCluster cluster, IntSupplier rate, DeliveryLedger ledger) {
		this.cluster = cluster;
		this.rate = rate;
		this.ledger = ledger;
	}

	void start() {
		this.thread.scheduleWithFixedDelay(this::tick, 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
	}

	long written() {
		return this.written.get();
	}

	DemoTruth truth() {
		return this.truth;
	}

	/** When a value was written, in milliseconds since 1970. */
	static long timeOf(String value) {
		return Long.parseLong(value.substring(0, value.indexOf(' ')));
	}

	private void tick() {
		try {
			if (this.cluster.isRunning()) {
				write();
				if (this.ticks++ % TICKS_PER_LOOK == 0) {
					look();
				}
			}
		}
		catch (RuntimeException ex) {
			logger.debug("Cannot reach etcd", ex);
		}
	}

	private void write() {
		long now = System.nanoTime();
		double seconds = (now - this.lastNanos) / (double) TimeUnit.SECONDS.toNanos(1);
		this.lastNanos = now;
		this.due = Math.min(this.due + this.rate.getAsInt() * seconds, MOST_DUE);
		while (this.due >= 1) {
			int count = (int) Math.min(this.due, KEYS);
			this.due -= count;
			Collections.shuffle(this.order);
			Op[] changes = this.order.stream().limit(count).map(this::change).toArray(Op[]::new);
			note(EtcdAdmin.get(this.cluster.admin().client().getKVClient().txn().Then(changes).commit()));
		}
	}

	/** A deletion of a key that does not exist changes nothing. */
	private void note(TxnResponse response) {
		long deleted = response.getDeleteResponses().stream().mapToLong(DeleteResponse::getDeleted).sum();
		int changes = response.getPutResponses().size() + (int) deleted;
		if (changes > 0) {
			this.ledger.written(response.getHeader().getRevision(), changes);
			this.written.addAndGet(changes);
		}
	}

	private Op change(int number) {
		ByteSequence key = EtcdAdmin.bytes(PREFIX + number);
		if (ThreadLocalRandom.current().nextInt(10) == 0) {
			return Op.delete(key, DeleteOption.DEFAULT);
		}
		String value = System.currentTimeMillis() + " " + this.written.get();
		return Op.put(key, EtcdAdmin.bytes(value), PutOption.DEFAULT);
	}

	private void look() {
		GetOption all = GetOption.builder().isPrefix(true).withKeysOnly(true).build();
		GetResponse response = EtcdAdmin
			.get(this.cluster.admin().client().getKVClient().get(EtcdAdmin.bytes(PREFIX), all));
		Map<String, Long> keys = new HashMap<>();
		response.getKvs().forEach((each) -> keys.put(each.getKey().toString(), each.getModRevision()));
		this.truth = new DemoTruth(response.getHeader().getRevision(), keys);
	}

	@Override
	public void close() {
		this.thread.shutdownNow();
	}

}
