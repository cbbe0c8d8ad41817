package org.etcdevent.chaos;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.PutRequest;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.StatusRuntimeException;
import org.etcdevent.testsupport.EtcdCluster;

/**
 * Writes a key on a connection of its own, so that no client's back-off after an outage
 * is taken for that of those who follow.
 */
final class Probe {

	private static final int DEADLINE_MILLIS = 2_000;

	private final EtcdCluster cluster;

	private final WriteLog log;

	private final String key;

	Probe(EtcdCluster cluster, WriteLog log) {
		this.cluster = cluster;
		this.log = log;
		this.key = log.prefix() + "probe";
	}

	String key() {
		return this.key;
	}

	/**
	 * Writes until it succeeds.
	 * @param patience how long to try at the most
	 * @return the counter that was written
	 */
	long write(Duration patience) {
		long deadline = System.nanoTime() + patience.toNanos();
		for (int attempt = 0; System.nanoTime() - deadline < 0; attempt++) {
			int port = this.cluster.member(attempt % this.cluster.members().size()).port();
			ManagedChannel channel = ManagedChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
			try {
				long counter = this.log.issue(this.key);
				KVGrpc.newBlockingStub(channel)
					.withDeadlineAfter(DEADLINE_MILLIS, TimeUnit.MILLISECONDS)
					.put(PutRequest.newBuilder()
						.setKey(ByteString.copyFromUtf8(this.key))
						.setValue(ByteString.copyFromUtf8(Long.toString(counter)))
						.build());
				return counter;
			}
			catch (StatusRuntimeException ex) {
				// No leader yet.
			}
			finally {
				channel.shutdownNow();
			}
		}
		throw new IllegalStateException("etcd takes no write " + patience + " after it was mended");
	}

}
