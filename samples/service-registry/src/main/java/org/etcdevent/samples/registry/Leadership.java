package org.etcdevent.samples.registry;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.PutOption;

import org.springframework.stereotype.Component;

/**
 * The leader is the instance whose entry in etcd is the oldest: there is nothing to
 * campaign for, and nothing to remember. An instance that has the oldest entry keeps it
 * until the entry is gone, and its successor has a greater create revision.
 * <p>
 * An instance takes itself for the leader only while its own lease cannot have expired.
 * Even so, a process can be suspended right after it has asked, and the clock by which it
 * knows may stand still while the whole machine is suspended: what two leaders must never
 * do needs the token as well. {@link #put} shows how.
 */
@Component
class Leadership {

	private final Registration registration;

	private final Instances instances;

	private final Client client;

	Leadership(Registration registration, Instances instances, Client client) {
		this.registration = registration;
		this.instances = instances;
		this.client = client;
	}

	/**
	 * The entry of the leader.
	 * @return the oldest entry, or empty if there is none
	 */
	Optional<Instances.Entry> leader() {
		return this.instances.oldest();
	}

	/**
	 * Whether this instance leads.
	 * @return the fencing token, or empty if this instance does not lead: the create
	 * revision of its entry, which is greater than that of every leader before it
	 */
	OptionalLong token() {
		return lead().map((mine) -> OptionalLong.of(mine.revision())).orElse(OptionalLong.empty());
	}

	/**
	 * Writes a key as the leader: etcd refuses it once the entry of this instance is
	 * gone.
	 * @param key the key
	 * @param value the value
	 * @return whether it is written; {@code false} if this instance does not lead
	 * @throws Exception if etcd did not answer, so that it may be written or not
	 */
	boolean put(String key, String value) throws Exception {
		Optional<Registration.Held> mine = lead();
		return mine.isPresent() && put(mine.get(), key, value);
	}

	boolean put(Registration.Held mine, String key, String value) throws Exception {
		return this.client.getKVClient()
			.txn()
			.If(new Cmp(bytes(mine.key()), Cmp.Op.EQUAL, CmpTarget.createRevision(mine.revision())))
			.Then(Op.put(bytes(key), bytes(value), PutOption.DEFAULT))
			.commit()
			.get(5, TimeUnit.SECONDS)
			.isSucceeded();
	}

	private Optional<Registration.Held> lead() {
		return this.registration.held()
			.filter((mine) -> leader().filter((leader) -> leader.key().equals(mine.key())).isPresent());
	}

	private static ByteSequence bytes(String text) {
		return ByteSequence.from(text, StandardCharsets.UTF_8);
	}

}
