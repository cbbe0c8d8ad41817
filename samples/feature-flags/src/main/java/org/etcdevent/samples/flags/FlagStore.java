package org.etcdevent.samples.flags;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.Response;
import io.etcd.jetcd.kv.DeleteResponse;
import org.etcdevent.EtcdValue;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.stereotype.Component;

/**
 * Reads flags from the local copy and writes them to etcd. A write returns once the local
 * copy has it.
 */
@Component
class FlagStore {

	static final String PREFIX = "flags/";

	private static final Duration TIMEOUT = Duration.ofSeconds(5);

	private final EtcdValue<Flag> flags;

	private final Client client;

	private final JsonMapper mapper;

	FlagStore(EtcdValue<Flag> flags, Client client, JsonMapper mapper) {
		this.flags = flags;
		this.client = client;
		this.mapper = mapper;
	}

	Map<String, Flag> all() {
		Map<String, Flag> all = new TreeMap<>();
		this.flags.snapshot().entries().forEach((key, flag) -> all.put(key.substring(PREFIX.length()), flag));
		return all;
	}

	void put(String name, Flag flag) {
		ByteSequence value = ByteSequence.from(this.mapper.writeValueAsBytes(flag));
		write(this.client.getKVClient().put(key(name), value));
	}

	/**
	 * Deletes a flag.
	 * @param name its name
	 * @return whether it existed
	 */
	boolean delete(String name) {
		DeleteResponse response = write(this.client.getKVClient().delete(key(name)));
		return response.getDeleted() > 0;
	}

	/**
	 * Waits for etcd's answer, and then for the local copy.
	 */
	private <R extends Response> R write(CompletableFuture<R> write) {
		try {
			R response = write.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
			if (!this.flags.await(response.getHeader().getRevision(), TIMEOUT)) {
				throw new FlagsUnavailableException(
						"The flag was written, but this application has not received it yet", null);
			}
			return response;
		}
		catch (ExecutionException | TimeoutException ex) {
			throw new FlagsUnavailableException("etcd did not confirm the write; it may still be applied", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new FlagsUnavailableException("The application is stopping", ex);
		}
	}

	private static ByteSequence key(String name) {
		return ByteSequence.from(PREFIX + name, StandardCharsets.UTF_8);
	}

}
