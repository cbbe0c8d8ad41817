package org.etcdevent.transport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import org.etcdevent.KeyRange;
import org.etcdevent.etcd.Failure;
import org.etcdevent.transport.TransportDriver.Heard;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link GrpcTransport} with servers and interceptors that do what they must
 * not.
 */
class BadServerTests {

	@Test
	void anAnswerAboveTheLimitIsAFailure() throws InterruptedException {
		try (OddEtcd etcd = new OddEtcd();
				TransportDriver driver = new TransportDriver(
						new TransportSettings(List.of(etcd.endpoint()), null, null, null, 1_000_000))) {
			Heard heard = driver.open();
			heard.next("connected");
			OddWatch server = etcd.stream();
			server.events(1, new byte[900_000]);
			heard.next("events");
			server.events(1, new byte[1_100_000]);
			assertThat(heard.next("closed").reason().message()).contains("RESOURCE_EXHAUSTED", "1000000");
			driver.read().page();
		}
	}

	/** A few kilobytes that become 100 MB, from a server that was not asked to. */
	@Test
	void anAnswerThatIsCompressedIsNotUnpacked() throws InterruptedException {
		EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
		try {
			ByteBuf bomb = Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(bomb()));
			int port = ((InetSocketAddress) new ServerBootstrap().group(group)
				.channel(NioServerSocketChannel.class)
				.childHandler(new Bomber(bomb))
				.bind("127.0.0.1", 0)
				.sync()
				.channel()
				.localAddress()).getPort();
			try (TransportDriver driver = new TransportDriver(URI.create("http://127.0.0.1:" + port))) {
				assertThat(driver.read().failure().message()).contains("gzip");
				Heard heard = driver.open();
				heard.next("connected");
				assertThat(heard.next("closed").reason().message()).contains("gzip");
			}
		}
		finally {
			group.shutdownGracefully().sync();
		}
	}

	@ParameterizedTest
	@MethodSource("faults")
	void whateverAnInterceptorThrowsIsAFailureThatEndsWithIt(Step step, Throwable thrown) throws InterruptedException {
		AtomicReference<Step> failing = new AtomicReference<>(step);
		ClientInterceptor interceptor = new Throwing(failing, thrown);
		try (OddEtcd etcd = new OddEtcd();
				TransportDriver driver = new TransportDriver(
						new TransportSettings(List.of(etcd.endpoint()), "ann", "s3cret", null),
						List.of((builder) -> builder.intercept(interceptor)))) {
			for (int i = 0; i < 2; i++) {
				Failure failure = driver.read().failure();
				assertThat(failure.kind()).isNotEqualTo(Failure.Kind.PERMISSION_DENIED);
				assertThat(failure.message()).doesNotContain("s3cret");
				Heard heard = driver.open();
				assertThat(heard.next("closed").reason().message()).isNotEmpty();
				assertThat(heard.calls).isEmpty();
			}
			failing.set(null);
			driver.read().page();
			Heard heard = driver.open();
			heard.next("connected");
			failing.set(step);
			driver.tell(() -> heard.stream.create(1, KeyRange.key("a"), 1, true));
			if (step == Step.SEND_MESSAGE) {
				heard.next("closed");
			}
			assertThat(driver.read().failure().message()).isNotEmpty();
		}
	}

	static Stream<Object[]> faults() {
		return Stream.of(Step.values())
			.flatMap((step) -> Stream.of(new Object[] { step, new IllegalStateException("thrown by the test") },
					new Object[] { step, new StackOverflowError("thrown by the test") }));
	}

	private static byte[] bomb() {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
			byte[] zeros = new byte[1 << 20];
			for (int i = 0; i < 100; i++) {
				gzip.write(zeros);
			}
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		return bytes.toByteArray();
	}

	enum Step {

		NEW_CALL, START, REQUEST, SEND_MESSAGE

	}

	/** Fails at one step of each call. */
	private record Throwing(AtomicReference<Step> failing, Throwable thrown) implements ClientInterceptor {

		@Override
		public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
			failAt(Step.NEW_CALL);
			return new ForwardingClientCall.SimpleForwardingClientCall<>(next.newCall(method, options)) {

				@Override
				public void start(Listener<A> listener, Metadata headers) {
					failAt(Step.START);
					super.start(listener, headers);
				}

				@Override
				public void request(int count) {
					failAt(Step.REQUEST);
					super.request(count);
				}

				@Override
				public void sendMessage(Q message) {
					failAt(Step.SEND_MESSAGE);
					super.sendMessage(message);
				}

			};
		}

		private void failAt(Step step) {
			if (this.failing.get() == step) {
				if (this.thrown instanceof RuntimeException ex) {
					throw ex;
				}
				throw (Error) this.thrown;
			}
		}

	}

	/** Answers each call with a bomb. */
	private static final class Bomber extends ChannelInitializer<io.netty.channel.Channel> {

		private final ByteBuf bomb;

		Bomber(ByteBuf bomb) {
			this.bomb = bomb;
		}

		@Override
		protected void initChannel(io.netty.channel.Channel connection) {
			ByteBuf message = this.bomb;
			connection.pipeline()
				.addLast(Http2FrameCodecBuilder.forServer().build(),
						new Http2MultiplexHandler(new ChannelInitializer<io.netty.channel.Channel>() {

							@Override
							protected void initChannel(io.netty.channel.Channel stream) {
								stream.pipeline().addLast(new SimpleChannelInboundHandler<Http2HeadersFrame>() {

									@Override
									protected void channelRead0(ChannelHandlerContext context,
											Http2HeadersFrame request) {
										Http2Headers headers = new DefaultHttp2Headers().status("200")
											.add("content-type", "application/grpc")
											.add("grpc-encoding", "gzip");
										context.write(new DefaultHttp2HeadersFrame(headers));
										ByteBuf prefix = Unpooled.buffer(5)
											.writeByte(1)
											.writeInt(message.readableBytes());
										context.writeAndFlush(new DefaultHttp2DataFrame(
												Unpooled.wrappedBuffer(prefix, message.duplicate())));
									}

								});
							}

						}));
		}

	}

}
