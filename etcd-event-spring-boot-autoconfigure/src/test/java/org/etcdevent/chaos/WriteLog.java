package org.etcdevent.chaos;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import org.etcdevent.testsupport.EtcdAdmin;

/**
 * What was written, noted before etcd is asked: whatever anybody is told must be among
 * it. The value of a key is a counter of its own, so that none is ever written twice.
 * Thread-safe; each key has one writer.
 */
public final class WriteLog {

	/** Together above 16 MiB, each below what etcd takes in a request. */
	private static final int LARGE_VALUES = 20;

	private static final String PADDING = " ".repeat(1_000_000);

	private final String prefix;

	private final int keys;

	/** The last counter that may be in etcd, by key. */
	private final Map<String, AtomicLong> issued = new ConcurrentHashMap<>();

	private final AtomicLong attempts = new AtomicLong();

	private final AtomicLong confirmed = new AtomicLong();

	private final AtomicInteger setBacks = new AtomicInteger();

	/**
	 * An empty log.
	 * @param prefix what all keys begin with
	 * @param keys how many keys writers write
	 */
	public WriteLog(String prefix, int keys) {
		this.prefix = prefix;
		this.keys = keys;
	}

	/**
	 * How many keys writers write.
	 * @return the number
	 */
	public int keys() {
		return this.keys;
	}

	/**
	 * What is to be followed.
	 * @return a prefix that ends with a slash
	 */
	public String prefix() {
		return this.prefix;
	}

	/**
	 * The counter in a value.
	 * @param value as it is in etcd
	 * @return the counter
	 */
	public static long counter(byte[] value) {
		return Long.parseLong(new String(value, StandardCharsets.US_ASCII).strip());
	}

	/** Writes to some keys in one transaction, which may or may not succeed. */
	void write(Client client, int first, int count, boolean deletion) {
		List<Op> operations = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			String key = this.prefix + ((first + i) % this.keys);
			operations.add((deletion && i == 0) ? delete(key) : put(key, ""));
		}
		commit(client, operations);
	}

	/** Writes above 16 MiB, and then deletes it, though not the revisions. */
	void writeMuch(Client client) {
		List<String> large = IntStream.range(0, LARGE_VALUES).mapToObj((i) -> this.prefix + "large" + i).toList();
		large.forEach((key) -> commit(client, List.of(put(key, PADDING))));
		commit(client, large.stream().map(this::delete).toList());
	}

	private Op put(String key, String padding) {
		return Op.put(EtcdAdmin.bytes(key), EtcdAdmin.bytes(issue(key) + padding), PutOption.DEFAULT);
	}

	private Op delete(String key) {
		issue(key);
		return Op.delete(EtcdAdmin.bytes(key), DeleteOption.DEFAULT);
	}

	private void commit(Client client, List<Op> operations) {
		this.attempts.addAndGet(operations.size());
		EtcdAdmin.get(client.getKVClient().txn().Then(operations.toArray(Op[]::new)).commit());
		this.confirmed.addAndGet(operations.size());
	}

	/** The next counter of a key, which may now be in etcd. */
	long issue(String key) {
		return this.issued.computeIfAbsent(key, (fresh) -> new AtomicLong()).incrementAndGet();
	}

	/**
	 * Whether a value may have been written to a key.
	 * @param key the key
	 * @param value its value
	 * @return {@code false} if it certainly was not
	 */
	boolean mayBe(String key, long value) {
		AtomicLong last = this.issued.get(key);
		return last != null && value > 0 && value <= last.get();
	}

	/** Notes that etcd is about to be set back. */
	void setBack() {
		this.setBacks.incrementAndGet();
	}

	/** How often etcd was set back. */
	int setBacks() {
		return this.setBacks.get();
	}

	/**
	 * What is in etcd in the end.
	 * @param client what to read with
	 * @return the counters by key
	 */
	Map<String, Long> read(Client client) {
		GetOption below = GetOption.builder().isPrefix(true).build();
		Map<String, Long> counters = new TreeMap<>();
		for (KeyValue each : EtcdAdmin.get(client.getKVClient().get(EtcdAdmin.bytes(this.prefix), below)).getKvs()) {
			counters.put(text(each.getKey()), counter(each.getValue().getBytes()));
		}
		return counters;
	}

	private static String text(ByteSequence bytes) {
		return bytes.toString(StandardCharsets.UTF_8);
	}

	/**
	 * How many writes etcd was asked for.
	 * @return the number
	 */
	public long attempts() {
		return this.attempts.get();
	}

	/**
	 * How many writes etcd confirmed.
	 * @return the number
	 */
	public long confirmed() {
		return this.confirmed.get();
	}

}
