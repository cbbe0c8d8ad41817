package org.etcdevent.benchmarks;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.WatchCreateRequest;
import io.etcd.jetcd.api.WatchGrpc;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import org.etcdevent.KeyRange;

/**
 * What applications cost the etcd server, by its own meters: instances, each a connection
 * with one watch stream, as this library has it, and the ranges on a stream. The streams
 * are simulated.
 */
final class SizingCase implements Case {

	private static final List<Integer> INSTANCES = List.of(1, 10, 100, 1_000);

	private static final List<Integer> RANGES = List.of(1, 10, 100, 1_000, 5_000);

	private static final int PUTS = 1_000;

	private final StringBuilder table = new StringBuilder("""
			| instances | ranges of each | memory, MiB | CPU of a put, µs | bytes sent for a put |
			| --- | --- | --- | --- | --- |
			""");

	@Override
	public void run(Report report) {
		Cost one = measure(1, 1);
		Cost instances = one;
		Cost ranges = one;
		for (int count : INSTANCES) {
			instances = measure(count, 1);
		}
		for (int count : RANGES) {
			ranges = measure(1, count);
		}
		int most = INSTANCES.get(INSTANCES.size() - 1);
		double instance = (instances.bytes() - one.bytes()) / (most - 1);
		double range = (ranges.bytes() - one.bytes()) / (RANGES.get(RANGES.size() - 1) - 1);
		double told = (instances.cpuMicros() - one.cpuMicros()) / (most - 1);
		this.table
			.append("""

					For I instances of R ranges each, the server's memory is its own and I × (%s KiB + R × %s KiB). A put costs \
					%s µs of its CPU and %s µs for each instance that is told of it.
					"""
				.formatted(Report.number(instance / 1024), Report.number(range / 1024), Report.number(one.cpuMicros()),
						Report.number(told)));
		report.section(this.table.toString());
	}

	private Cost measure(int instances, int ranges) {
		try (Bench bench = new Bench(); Streams streams = new Streams(bench.server().endpoint())) {
			double before = bench.meters().memory();
			for (int i = 0; i < instances; i++) {
				streams.open(ranges);
			}
			streams.awaitCreated((long) instances * ranges);
			double bytes = bench.meters().memory() - before;
			double cpu = bench.meters().cpuSeconds();
			double sent = bench.meters().sentBytes();
			bench.writer().openLoop("bench/0/", 1, 500, PUTS / 500, CpuCase.VALUE_BYTES);
			streams.awaitEvents((long) instances * PUTS);
			Cost cost = new Cost(bytes, (bench.meters().cpuSeconds() - cpu) * 1e6 / PUTS,
					(bench.meters().sentBytes() - sent) / PUTS);
			String row = "| %d | %d | %s | %s | %s |%n".formatted(instances, ranges,
					Report.number(cost.bytes() / (1 << 20)), Report.number(cost.cpuMicros()),
					Report.number(cost.sentBytes()));
			System.out.print("  " + row);
			this.table.append(row);
			return cost;
		}
	}

	/**
	 * What was measured.
	 *
	 * @param bytes more memory than without anybody
	 * @param cpuMicros CPU of a put
	 * @param sentBytes sent for a put, its answer included
	 */
	private record Cost(double bytes, double cpuMicros, double sentBytes) {
	}

	/** Connections with a watch stream each, which count what they are told. */
	private static final class Streams implements AutoCloseable, StreamObserver<WatchResponse> {

		private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

		private final List<ManagedChannel> channels = new ArrayList<>();

		private final URI endpoint;

		/** Counted on the one thread of the group. */
		private volatile long created;

		/** Counted on the one thread of the group. */
		private volatile long events;

		Streams(URI endpoint) {
			this.endpoint = endpoint;
		}

		void open(int ranges) {
			ManagedChannel channel = NettyChannelBuilder.forAddress(this.endpoint.getHost(), this.endpoint.getPort())
				.usePlaintext()
				.eventLoopGroup(this.group)
				.channelType(NioSocketChannel.class)
				.directExecutor()
				.build();
			this.channels.add(channel);
			StreamObserver<WatchRequest> requests = WatchGrpc.newStub(channel).watch(this);
			for (int i = 0; i < ranges; i++) {
				KeyRange range = KeyRange.prefix("bench/" + i + "/");
				WatchCreateRequest create = WatchCreateRequest.newBuilder()
					.setKey(ByteString.copyFrom(range.start()))
					.setRangeEnd(ByteString.copyFrom(range.end()))
					.setProgressNotify(true)
					.build();
				requests.onNext(WatchRequest.newBuilder().setCreateRequest(create).build());
			}
		}

		@Override
		@SuppressWarnings("NonAtomicVolatileUpdate") // one thread does
		public void onNext(WatchResponse response) {
			if (response.getCreated()) {
				this.created++;
			}
			this.events += response.getEventsCount();
		}

		@Override
		public void onError(Throwable cause) {
			// The end, or one that is missed by those who wait.
		}

		@Override
		public void onCompleted() {
		}

		void awaitCreated(long count) {
			while (this.created < count) {
				LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
			}
		}

		void awaitEvents(long count) {
			while (this.events < count) {
				LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
			}
		}

		@Override
		public void close() {
			this.channels.forEach(ManagedChannel::shutdownNow);
			this.group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
		}

	}

}
