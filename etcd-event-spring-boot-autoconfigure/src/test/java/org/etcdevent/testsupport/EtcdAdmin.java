package org.etcdevent.testsupport;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.ClientBuilder;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.maintenance.StatusResponse;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;

/**
 * Who writes to etcd in the tests: jetcd's client, made to wait for each answer.
 * Thread-safe.
 */
public final class EtcdAdmin implements AutoCloseable {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	/** How many keys are read at once. */
	private static final int PAGE = 10_000;

	private final Client client;

	/**
	 * A client of its own.
	 * @param endpoints where etcd is
	 */
	public EtcdAdmin(List<URI> endpoints) {
		this(Client.builder().endpoints(endpoints));
	}

	/**
	 * A client of its own, for an etcd that asks who one is.
	 * @param endpoints where etcd is
	 * @param user who it is
	 * @param password the user's password
	 */
	public EtcdAdmin(List<URI> endpoints, String user, String password) {
		this(Client.builder().endpoints(endpoints).user(bytes(user)).password(bytes(password)));
	}

	/**
	 * A client of its own.
	 * @param server where etcd is
	 */
	public EtcdAdmin(EtcdServer server) {
		this(List.of(server.endpoint()));
	}

	private EtcdAdmin(ClientBuilder builder) {
		this.client = builder.connectTimeout(Duration.ofSeconds(2)).build();
	}

	public Client client() {
		return this.client;
	}

	/**
	 * Writes a key.
	 * @param key the key
	 * @param value its value
	 * @return the revision of the write
	 */
	public long put(String key, String value) {
		return get(this.client.getKVClient().put(bytes(key), bytes(value))).getHeader().getRevision();
	}

	/**
	 * Writes a key.
	 * @param key the key
	 * @param value its value
	 * @return the revision of the write
	 */
	public long put(byte[] key, byte[] value) {
		return get(this.client.getKVClient().put(ByteSequence.from(key), ByteSequence.from(value))).getHeader()
			.getRevision();
	}

	/**
	 * Writes several keys at one revision, at most 128.
	 * @param entries keys and values
	 * @return the revision of the write
	 */
	public long put(Map<String, String> entries) {
		Op[] puts = entries.entrySet()
			.stream()
			.map((entry) -> Op.put(bytes(entry.getKey()), bytes(entry.getValue()), PutOption.DEFAULT))
			.toArray(Op[]::new);
		CompletableFuture<TxnResponse> commit = this.client.getKVClient().txn().Then(puts).commit();
		return get(commit).getHeader().getRevision();
	}

	/**
	 * Deletes a key.
	 * @param key the key
	 * @return the revision after it
	 */
	public long delete(String key) {
		return get(this.client.getKVClient().delete(bytes(key))).getHeader().getRevision();
	}

	/**
	 * Deletes every key below a prefix.
	 * @param prefix the prefix
	 * @return the revision after it
	 */
	public long deletePrefix(String prefix) {
		DeleteOption option = DeleteOption.builder().isPrefix(true).build();
		return get(this.client.getKVClient().delete(bytes(prefix), option)).getHeader().getRevision();
	}

	/**
	 * Everything below a prefix, while nobody writes there.
	 * @param prefix the prefix, which ends in ASCII
	 * @return keys and values
	 */
	public Map<String, String> all(String prefix) {
		int last = prefix.length() - 1;
		GetOption option = GetOption.builder()
			.withRange(bytes(prefix.substring(0, last) + (char) (prefix.charAt(last) + 1)))
			.withLimit(PAGE)
			.build();
		Map<String, String> all = new HashMap<>();
		String next = prefix;
		boolean more = true;
		while (more) {
			GetResponse page = get(this.client.getKVClient().get(bytes(next), option));
			for (KeyValue entry : page.getKvs()) {
				next = entry.getKey().toString() + '\0';
				all.put(entry.getKey().toString(), entry.getValue().toString());
			}
			more = page.isMore();
		}
		return all;
	}

	/**
	 * The store's revision, asked of the quorum.
	 * @return the revision
	 */
	public long revision() {
		return get(this.client.getKVClient().get(bytes("revision"))).getHeader().getRevision();
	}

	/**
	 * Forgets all history before a revision.
	 * @param revision the oldest one to keep
	 */
	public void compact(long revision) {
		get(this.client.getKVClient().compact(revision));
	}

	/**
	 * Gives the room of what was compacted back to the file system. The member does
	 * nothing else meanwhile.
	 * @param member the URL of the member
	 */
	public void defragment(URI member) {
		get(this.client.getMaintenanceClient().defragmentMember(member.toString()));
	}

	/**
	 * How a member sees itself.
	 * @param member the URL of the member
	 * @return its version, its leader and so on
	 */
	public StatusResponse status(URI member) {
		return get(this.client.getMaintenanceClient().statusMember(member.toString()));
	}

	/**
	 * Saves a snapshot of a member.
	 * @param file where to, which must not exist
	 */
	public void snapshot(Path file) {
		try (OutputStream output = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
			get(this.client.getMaintenanceClient().snapshot(output));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Replaces a member of the cluster, as far as the others are concerned.
	 * @param id which one
	 * @param peerUrl where the others reach the new one
	 */
	void replaceMember(long id, URI peerUrl) {
		get(this.client.getClusterClient().removeMember(id));
		get(this.client.getClusterClient().addMember(List.of(peerUrl)));
	}

	/**
	 * Waits for what jetcd promises.
	 * @param future the answer to come
	 * @param <R> its type
	 * @return the answer
	 */
	public static <R> R get(CompletableFuture<R> future) {
		try {
			return future.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
		catch (ExecutionException | TimeoutException ex) {
			throw new IllegalStateException("etcd did not answer as expected", ex);
		}
	}

	public static ByteSequence bytes(String text) {
		return ByteSequence.from(text, StandardCharsets.UTF_8);
	}

	@Override
	public void close() {
		this.client.close();
	}

}
