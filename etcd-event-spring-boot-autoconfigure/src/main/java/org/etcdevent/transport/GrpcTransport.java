package org.etcdevent.transport;

import java.util.List;

import org.etcdevent.etcd.EtcdTransport;
import org.etcdevent.etcd.Key;
import org.etcdevent.etcd.Loop;
import org.etcdevent.etcd.RangeRead;
import org.etcdevent.etcd.ReadListener;
import org.etcdevent.etcd.WatchListener;
import org.etcdevent.etcd.WatchStream;

/**
 * Etcd over gRPC. Made once an application; its loop is the one thread that all feeds
 * live on. {@link #close()} ends the connections, then the thread.
 */
public final class GrpcTransport implements EtcdTransport, AutoCloseable {

	private final EventLoop loop = new EventLoop();

	private final Channels channels;

	private final Channels.Turn turn;

	private final Calls calls;

	private final GrpcReads reads;

	/**
	 * A transport, which connects when it is first used.
	 * @param settings where etcd is, and how to get in
	 */
	public GrpcTransport(TransportSettings settings) {
		this(settings, List.of());
	}

	/**
	 * A transport, which connects when it is first used.
	 * @param settings where etcd is, and how to get in
	 * @param customizers change each channel, in their order
	 */
	public GrpcTransport(TransportSettings settings, List<EtcdWatchChannelCustomizer> customizers) {
		this.channels = new Channels(settings, this.loop, customizers);
		this.turn = this.channels.turn();
		this.calls = new Calls(settings, this.loop);
		this.reads = new GrpcReads(this.channels, this.calls);
	}

	/**
	 * The thread that this transport answers on.
	 * @return the loop
	 */
	public Loop loop() {
		return this.loop;
	}

	@Override
	public WatchStream open(WatchListener listener) {
		GrpcWatchStream stream = new GrpcWatchStream(this.channels, this.turn, this.calls, this.loop, listener);
		stream.start();
		return stream;
	}

	@Override
	public Loop.Timer read(RangeRead read, ReadListener listener) {
		return this.reads.read(read, listener);
	}

	@Override
	public Loop.Timer readKeys(List<Key> keys, long revision, long timeoutNanos, ReadListener listener) {
		return this.reads.readKeys(keys, revision, timeoutNanos, listener);
	}

	/**
	 * Ends all connections, then the loop. Idempotent; waits a few seconds at the most,
	 * and not at all when called on the loop.
	 */
	@Override
	public void close() {
		this.loop.execute(this.channels::close);
		this.loop.close();
	}

}
