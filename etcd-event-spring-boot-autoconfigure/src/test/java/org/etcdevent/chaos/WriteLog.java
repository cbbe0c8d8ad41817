package org.etcdevent.chaos;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.PutOption;
import org.etcdevent.testsupport.EtcdAdmin;

/**
 * What was written, noted before etcd is asked: whatever a consumer is told must be among
 * it. The value of a key is a counter of its own, so that none is ever written twice.
 * Thread-safe; each key has one writer.
 */
final class WriteLog {

	private final String prefix;

	private final int keys;

	/** The last counter that may be in etcd, by key. */
	private final Map<String, AtomicLong> issued = new ConcurrentHashMap<>();

	private final AtomicLong attempts = new AtomicLong();

	private final AtomicLong confirmed = new AtomicLong();

	WriteLog(String prefix, int keys) {
		this.prefix = prefix;
		this.keys = keys;
		for (int i = 0; i < keys; i++) {
			this.issued.put(prefix + i, new AtomicLong());
		}
	}

	int keys() {
		return this.keys;
	}

	String prefix() {
		return this.prefix;
	}

	/**
	 * Writes to some keys in one transaction, which may or may not succeed.
	 * @param client what to write with
	 * @param first the number of the first key
	 * @param count how many keys follow one another
	 * @param deletion whether the first of them is deleted
	 */
	void write(Client client, int first, int count, boolean deletion) {
		Op[] operations = new Op[count];
		for (int i = 0; i < count; i++) {
			String key = this.prefix + ((first + i) % this.keys);
			ByteSequence bytes = EtcdAdmin.bytes(key);
			long value = this.issued.get(key).incrementAndGet();
			operations[i] = (deletion && i == 0) ? Op.delete(bytes, DeleteOption.DEFAULT)
					: Op.put(bytes, EtcdAdmin.bytes(Long.toString(value)), PutOption.DEFAULT);
		}
		this.attempts.addAndGet(count);
		EtcdAdmin.get(client.getKVClient().txn().Then(operations).commit());
		this.confirmed.addAndGet(count);
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

	long attempts() {
		return this.attempts.get();
	}

	long confirmed() {
		return this.confirmed.get();
	}

}
