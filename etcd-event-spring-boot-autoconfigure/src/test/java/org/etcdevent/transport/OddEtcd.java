package org.etcdevent.transport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Function;

import io.etcd.jetcd.api.AuthGrpc;
import io.etcd.jetcd.api.AuthenticateRequest;
import io.etcd.jetcd.api.AuthenticateResponse;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.MaintenanceGrpc;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.StatusRequest;
import io.etcd.jetcd.api.StatusResponse;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import io.etcd.jetcd.api.WatchGrpc;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.handler.ssl.SslContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A server that speaks etcd's protocol as badly as a test wants it to. Real TCP, on a
 * port of its own.
 */
final class OddEtcd implements AutoCloseable {

	/** Who called, and with what. */
	record Call(String method, Metadata headers, SocketAddress peer) {

		String header(String name) {
			return this.headers.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
		}

	}

	final List<Call> calls = new CopyOnWriteArrayList<>();

	final AtomicInteger connections = new AtomicInteger();

	final AtomicInteger connectionsEver = new AtomicInteger();

	/** {@code null} where it is reported to root alone. */
	volatile String version = "3.5.30";

	volatile BiConsumer<RangeRequest, StreamObserver<RangeResponse>> range = (request, answer) -> answer(answer,
			RangeResponse.getDefaultInstance());

	volatile BiConsumer<TxnRequest, StreamObserver<TxnResponse>> txn = (request, answer) -> answer(answer,
			TxnResponse.getDefaultInstance());

	volatile BiConsumer<AuthenticateRequest, StreamObserver<AuthenticateResponse>> auth = (request,
			answer) -> answer(answer, AuthenticateResponse.newBuilder().setToken("token").build());

	volatile Function<StreamObserver<WatchResponse>, StreamObserver<WatchRequest>> watch = (responses) -> {
		OddWatch stream = new OddWatch(responses);
		this.streams.add(stream);
		return stream;
	};

	private final BlockingQueue<OddWatch> streams = new LinkedBlockingQueue<>();

	private final Server server;

	OddEtcd() {
		this(null);
	}

	OddEtcd(SslContext sslContext) {
		NettyServerBuilder builder = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
			.directExecutor()
			.addService(new Watches())
			.addService(new Values())
			.addService(new Users())
			.addService(new Members())
			.addTransportFilter(new Connections())
			.intercept(new Recorder());
		if (sslContext != null) {
			builder.sslContext(sslContext);
		}
		this.server = builder.build();
		try {
			this.server.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	URI endpoint() {
		return URI.create("http://127.0.0.1:" + this.server.getPort());
	}

	URI secureEndpoint(String host) {
		return URI.create("https://" + host + ":" + this.server.getPort());
	}

	/** The next watch stream that a client opened. */
	OddWatch stream() throws InterruptedException {
		OddWatch stream = this.streams.poll(10, TimeUnit.SECONDS);
		assertThat(stream).as("a stream").isNotNull();
		return stream;
	}

	List<Call> calls(String method) {
		return this.calls.stream().filter((call) -> call.method().equals(method)).toList();
	}

	static <A> void answer(StreamObserver<A> observer, A answer) {
		observer.onNext(answer);
		observer.onCompleted();
	}

	static <A> void refuse(StreamObserver<A> observer, Status status) {
		observer.onError(status.asRuntimeException());
	}

	@Override
	public void close() {
		this.server.shutdownNow();
	}

	private final class Watches extends WatchGrpc.WatchImplBase {

		@Override
		public StreamObserver<WatchRequest> watch(StreamObserver<WatchResponse> responses) {
			return OddEtcd.this.watch.apply(responses);
		}

	}

	private final class Values extends KVGrpc.KVImplBase {

		@Override
		public void range(RangeRequest request, StreamObserver<RangeResponse> answer) {
			OddEtcd.this.range.accept(request, answer);
		}

		@Override
		public void txn(TxnRequest request, StreamObserver<TxnResponse> answer) {
			OddEtcd.this.txn.accept(request, answer);
		}

	}

	private final class Users extends AuthGrpc.AuthImplBase {

		@Override
		public void authenticate(AuthenticateRequest request, StreamObserver<AuthenticateResponse> answer) {
			OddEtcd.this.auth.accept(request, answer);
		}

	}

	private final class Members extends MaintenanceGrpc.MaintenanceImplBase {

		@Override
		public void status(StatusRequest request, StreamObserver<StatusResponse> answer) {
			String known = OddEtcd.this.version;
			if (known != null) {
				answer(answer, StatusResponse.newBuilder().setVersion(known).build());
			}
			else {
				refuse(answer, Status.PERMISSION_DENIED.withDescription("etcdserver: permission denied"));
			}
		}

	}

	private final class Connections extends ServerTransportFilter {

		@Override
		public Attributes transportReady(Attributes attributes) {
			OddEtcd.this.connections.incrementAndGet();
			OddEtcd.this.connectionsEver.incrementAndGet();
			return attributes;
		}

		@Override
		public void transportTerminated(Attributes attributes) {
			OddEtcd.this.connections.decrementAndGet();
		}

	}

	private final class Recorder implements ServerInterceptor {

		@Override
		public <Q, A> ServerCall.Listener<Q> interceptCall(ServerCall<Q, A> call, Metadata headers,
				ServerCallHandler<Q, A> next) {
			OddEtcd.this.calls.add(new Call(call.getMethodDescriptor().getBareMethodName(), headers,
					call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR)));
			return next.startCall(call, headers);
		}

	}

}
