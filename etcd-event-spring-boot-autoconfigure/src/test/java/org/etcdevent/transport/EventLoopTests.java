package org.etcdevent.transport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.nio.NioSocketChannel;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class EventLoopTests {

	@Test
	void theNetworkIsReadBetweenTimersThatAreDueAtOnce() throws Exception {
		EventLoop loop = new EventLoop();
		try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			Timers timers = new Timers(loop);
			new Bootstrap().group(loop.group())
				.channel(NioSocketChannel.class)
				.handler(new Reading(timers))
				.connect(server.getLocalSocketAddress())
				.get(10, TimeUnit.SECONDS);
			try (Socket socket = server.accept()) {
				loop.execute(() -> {
					write(socket);
					timers.next();
				});
				// As tasks, it would be all that fit in a second.
				assertThat(timers.seenBeforeTheNetwork.get(10, TimeUnit.SECONDS)).isLessThan(100);
			}
		}
		finally {
			loop.close();
		}
	}

	private static void write(Socket socket) {
		try {
			socket.getOutputStream().write(1);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** One timer leads to the next until something was read. Loop only. */
	private static final class Timers {

		private final EventLoop loop;

		private final CompletableFuture<Integer> seenBeforeTheNetwork = new CompletableFuture<>();

		private int seen;

		Timers(EventLoop loop) {
			this.loop = loop;
		}

		void next() {
			this.seen++;
			if (!this.seenBeforeTheNetwork.isDone()) {
				this.loop.schedule(0, this::next);
			}
		}

		void read() {
			this.seenBeforeTheNetwork.complete(this.seen);
		}

	}

	private static final class Reading extends ChannelInboundHandlerAdapter {

		private final Timers timers;

		Reading(Timers timers) {
			this.timers = timers;
		}

		@Override
		public void channelRead(ChannelHandlerContext context, Object message) {
			this.timers.read();
		}

	}

}
