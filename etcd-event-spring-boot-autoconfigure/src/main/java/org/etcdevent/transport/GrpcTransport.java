package org.etcdevent.transport;

import java.util.List;
import java.util.function.Supplier;

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

	private final Login login;

	private final Channels channels;

	private final Lookups lookups;

	/** Of the watch streams, which follow each other. */
	private final Connector connector;

	private final Calls calls;

	private final GrpcReads reads;

	/**
	 * A transport, which connects when it is first used.
	 * @param settings where etcd is, and how to get in: asked at once and then for each
	 * connection and login, on the loop, which it must not block. What it throws later
	 * fails that attempt
	 * @param customizers change each channel, in their order
	 */
	public GrpcTransport(Supplier<TransportSettings> settings, List<EtcdWatchChannelCustomizer> customizers) {
		this(settings, customizers, Names::lookUp);
	}

	GrpcTransport(Supplier<TransportSettings> settings, List<EtcdWatchChannelCustomizer> customizers,
			Lookups.NameService names) {
		this.login = new Login(this.loop, settings);
		this.channels = new Channels(settings.get(), this.loop, customizers);
		this.lookups = new Lookups(this.loop, names);
		this.connector = new Connector(this.loop, this.channels, this.lookups, this.login);
		this.calls = new Calls(this.loop, this.login);
		this.reads = new GrpcReads(new Connector(this.loop, this.channels, this.lookups, this.login), this.calls,
				this.loop);
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
		GrpcWatchStream stream = new GrpcWatchStream(this.connector, this.login, this.calls, this.loop, listener);
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
		this.lookups.close();
		this.loop.execute(this.channels::close);
		this.loop.close();
	}

}
