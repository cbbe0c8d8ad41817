package org.etcdevent.benchmarks.contender;

import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.WatchCreateRequest;
import io.etcd.jetcd.api.WatchGrpc;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import org.etcdevent.KeyRange;
import org.jspecify.annotations.Nullable;

/**
 * Pages are read and dropped, then a watch is decoded and counted. Nothing is kept and
 * nobody is told.
 */
final class FloorContender implements Contender {

	private static final int FIRST_PAGE = 10_000;

	private static final long PAGE_BYTES = 8 << 20;

	private List<Consumer> consumers = List.of();

	private @Nullable ManagedChannel channel;

	@Override
	public void connect(List<URI> endpoints, List<Consumer> consumers) {
		this.consumers = consumers;
		this.channel = NettyChannelBuilder.forTarget("dns:///" + endpoints.get(0).getAuthority())
			.usePlaintext()
			.directExecutor()
			.maxInboundMessageSize(Integer.MAX_VALUE)
			.build();
	}

	@Override
	public void follow() throws InterruptedException {
		ManagedChannel connected = Objects.requireNonNull(this.channel);
		for (Consumer consumer : this.consumers) {
			KeyRange range = KeyRange.prefix(consumer.prefix());
			long revision = read(connected, range, consumer.sink());
			watch(connected, range, revision + 1, consumer.sink());
		}
	}

	/** In pages that grow as this library's do. */
	private static long read(ManagedChannel channel, KeyRange range, Sink sink) {
		KVGrpc.KVBlockingStub stub = KVGrpc.newBlockingStub(channel);
		ByteString start = ByteString.copyFrom(range.start());
		ByteString end = ByteString.copyFrom(range.end());
		long revision = 0;
		long limit = FIRST_PAGE;
		while (true) {
			RangeRequest request = RangeRequest.newBuilder()
				.setKey(start)
				.setRangeEnd(end)
				.setLimit(limit)
				.setRevision(revision)
				.build();
			RangeResponse page = stub.range(request);
			revision = (revision != 0) ? revision : page.getHeader().getRevision();
			List<KeyValue> pairs = page.getKvsList();
			sink.decoded(pairs.size(), 0);
			if (!page.getMore()) {
				return revision;
			}
			start = pairs.get(pairs.size() - 1).getKey().concat(ByteString.copyFrom(new byte[1]));
			limit = Math.min(limit * 4, limit * PAGE_BYTES / page.getSerializedSize());
		}
	}

	private static void watch(ManagedChannel channel, KeyRange range, long fromRevision, Sink sink)
			throws InterruptedException {
		CountDownLatch created = new CountDownLatch(1);
		StreamObserver<WatchRequest> requests = WatchGrpc.newStub(channel).watch(new StreamObserver<>() {

			@Override
			public void onNext(WatchResponse response) {
				int count = response.getEventsCount();
				if (count > 0) {
					sink.decoded(count, response.getEvents(count - 1).getKv().getModRevision());
				}
				created.countDown();
			}

			@Override
			public void onError(Throwable cause) {
				cause.printStackTrace();
			}

			@Override
			public void onCompleted() {
			}

		});
		WatchCreateRequest create = WatchCreateRequest.newBuilder()
			.setKey(ByteString.copyFrom(range.start()))
			.setRangeEnd(ByteString.copyFrom(range.end()))
			.setStartRevision(fromRevision)
			.build();
		requests.onNext(WatchRequest.newBuilder().setCreateRequest(create).build());
		created.await();
	}

	@Override
	public void close() {
		if (this.channel != null) {
			this.channel.shutdownNow();
		}
	}

}
