package org.etcdevent.benchmarks.contender;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;

import com.google.protobuf.ByteString;
import com.ibm.etcd.api.KeyValue;
import com.ibm.etcd.client.EtcdClient;
import com.ibm.etcd.client.KvStoreClient;
import com.ibm.etcd.client.utils.RangeCache;
import com.ibm.etcd.client.utils.RangeCache.Listener.EventType;
import org.jspecify.annotations.Nullable;

/**
 * A cache of the range with a listener, one for each consumer: a listener that is slow
 * holds up the others of its cache.
 */
final class RangeCacheContender implements Contender {

	private final List<RangeCache> caches = new ArrayList<>();

	private @Nullable KvStoreClient client;

	@Override
	public void connect(List<URI> endpoints, List<Consumer> consumers) {
		// Its default would end a watch with the first large message.
		EtcdClient made = EtcdClient.forEndpoints(endpoints.stream().map(URI::getAuthority).toList())
			.withPlainText()
			.withMaxInboundMessageSize(Integer.MAX_VALUE)
			.build();
		this.client = made;
		for (Consumer consumer : consumers) {
			RangeCache cache = new RangeCache(made, ByteString.copyFromUtf8(consumer.prefix()));
			this.caches.add(cache);
			cache.addListener((type, pair) -> tell(consumer.sink(), type, pair));
		}
	}

	@Override
	public void follow() throws Exception {
		for (RangeCache cache : this.caches) {
			cache.start().get();
		}
	}

	/**
	 * Of a deletion, its listeners are told the value that was there, and its revision.
	 */
	private static void tell(Sink sink, EventType type, @Nullable KeyValue pair) {
		if (pair != null) {
			byte[] value = (type == EventType.DELETED) ? null : pair.getValue().toByteArray();
			sink.accept(pair.getKey().toStringUtf8(), value, pair.getModRevision());
		}
	}

	@Override
	public void close() {
		this.caches.forEach(RangeCache::close);
		if (this.client != null) {
			try {
				this.client.close();
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		}
	}

}
