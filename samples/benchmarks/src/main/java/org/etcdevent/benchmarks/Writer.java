package org.etcdevent.benchmarks;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.CompactOption;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.PutOption;
import org.etcdevent.testsupport.EtcdAdmin;

/**
 * Who writes. Each value begins with the time at which it was to be written, on the
 * machine's clock, by which a reader on the machine knows its age, and with how many were
 * written before it. Keys are written in turn. For one thread.
 */
final class Writer implements AutoCloseable {

	private final Client client;

	private final KV kv;

	private final AtomicLong revision = new AtomicLong();

	private volatile boolean failed;

	/** How many puts there were, by which the next key is found. */
	private long turn;

	Writer(URI endpoint) {
		this.client = Client.builder().endpoints(endpoint).keepaliveWithoutCalls(false).build();
		this.kv = this.client.getKVClient();
	}

	/**
	 * Writes in transactions, as fast as it goes.
	 * @param prefix what the keys begin with
	 * @param keys how many keys there are
	 * @param events how many puts, a multiple of the size
	 * @param size how many puts a transaction has, each of another key
	 * @param bytes the length of each value
	 * @return the highest revision written
	 */
	long batches(String prefix, int keys, int events, int size, int bytes) {
		Semaphore open = new Semaphore(8);
		for (int i = 0; i < events; i += size) {
			Op[] puts = new Op[size];
			for (int n = 0; n < size; n++) {
				puts[n] = Op.put(nextKey(prefix, keys), value(System.nanoTime(), bytes), PutOption.DEFAULT);
			}
			open.acquireUninterruptibly();
			note(this.kv.txn().Then(puts).commit().thenApply((answer) -> answer.getHeader().getRevision()), open);
		}
		open.acquireUninterruptibly(8);
		return written();
	}

	/**
	 * Writes single puts, as fast as it goes.
	 * @param prefix what the keys begin with
	 * @param keys how many keys there are
	 * @param events how many puts
	 * @param bytes the length of each value
	 * @return the highest revision written
	 */
	long singles(String prefix, int keys, int events, int bytes) {
		Semaphore open = new Semaphore(64);
		for (int i = 0; i < events; i++) {
			open.acquireUninterruptibly();
			put(nextKey(prefix, keys), System.nanoTime(), bytes, open);
		}
		open.acquireUninterruptibly(64);
		return written();
	}

	/**
	 * Writes single puts at a rate, whether those before were answered or not; the age of
	 * a value counts from when it was due.
	 * @param prefix what the keys begin with
	 * @param keys how many keys there are
	 * @param rate how many a second
	 * @param seconds for how long
	 * @param bytes the length of each value
	 * @return the highest revision written
	 */
	long openLoop(String prefix, int keys, int rate, int seconds, int bytes) {
		int events = rate * seconds;
		Semaphore open = new Semaphore(events);
		long interval = TimeUnit.SECONDS.toNanos(1) / rate;
		long due = System.nanoTime();
		for (int i = 0; i < events; i++) {
			for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
				LockSupport.parkNanos(left);
			}
			open.acquireUninterruptibly();
			put(nextKey(prefix, keys), due, bytes, open);
			due += interval;
		}
		open.acquireUninterruptibly(events);
		return written();
	}

	/**
	 * Writes one key, so that there is a revision to wait for.
	 * @param key the key
	 * @return the revision
	 */
	long mark(String key) {
		return EtcdAdmin.get(this.kv.put(EtcdAdmin.bytes(key), value(System.nanoTime(), 2 * Long.BYTES)))
			.getHeader()
			.getRevision();
	}

	/** Deletes keys that follow one another, in one transaction. */
	void delete(String prefix, int first, int count) {
		Op[] deletions = IntStream.range(first, first + count)
			.mapToObj((number) -> Op.delete(EtcdAdmin.bytes(key(prefix, number)), DeleteOption.DEFAULT))
			.toArray(Op[]::new);
		EtcdAdmin.get(this.kv.txn().Then(deletions).commit());
	}

	/** The number of the last put. */
	long last() {
		return this.turn;
	}

	/** Forgets history, so that the store stays small. */
	void compact(long atRevision) {
		EtcdAdmin.get(this.kv.compact(atRevision, CompactOption.builder().build()));
	}

	/**
	 * The name of a key.
	 * @param prefix what it begins with
	 * @param number its number
	 * @return the key
	 */
	static String key(String prefix, long number) {
		return prefix + "key-%07d".formatted(number);
	}

	private ByteSequence nextKey(String prefix, int keys) {
		return ByteSequence.from(key(prefix, this.turn++ % keys), StandardCharsets.UTF_8);
	}

	private ByteSequence value(long due, int bytes) {
		return ByteSequence.from(ByteBuffer.allocate(bytes).putLong(due).putLong(this.turn).array());
	}

	private void put(ByteSequence key, long due, int bytes, Semaphore open) {
		note(this.kv.put(key, value(due, bytes)).thenApply((answer) -> answer.getHeader().getRevision()), open);
	}

	private void note(CompletableFuture<Long> answer, Semaphore open) {
		answer.whenComplete((atRevision, failure) -> {
			if (failure != null) {
				this.failed = true;
			}
			else {
				this.revision.accumulateAndGet(atRevision, Math::max);
			}
			open.release();
		});
	}

	private long written() {
		if (this.failed) {
			throw new IllegalStateException("etcd did not take all writes");
		}
		return this.revision.get();
	}

	@Override
	public void close() {
		this.client.close();
	}

}
