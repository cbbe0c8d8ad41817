package org.etcdevent.transport;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import io.grpc.EquivalentAddressGroup;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.NameResolverRegistry;
import io.grpc.StatusOr;
import io.grpc.stub.MetadataUtils;
import org.etcdevent.etcd.Failure.Kind;
import org.etcdevent.transport.TransportDriver.Heard;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link Channels}.
 */
class ChannelsTests {

	/** These are schemes as well, some of them of jetcd's own name resolvers. */
	@ParameterizedTest
	@ValueSource(strings = { "ip", "http", "https", "dns", "unix", "etcd", "localhost", "[::1]", "127.0.0.1" })
	void takesAHostForAHostWhateverItIsCalled(String host) {
		URI endpoint = URI.create("http://" + host + ":2379");
		TransportSettings settings = new TransportSettings(List.of(endpoint), null, null, null);
		try (TransportDriver driver = new TransportDriver(settings)) {
			Channels channels = new Channels(settings, (EventLoop) driver.transport.loop(), List.of());
			ManagedChannel channel = driver.ask(() -> channels.next(channels.turn()));
			assertThat(channel.authority()).isEqualTo(host + ":2379");
			driver.tell(channels::close);
		}
	}

	@Test
	void customizersChangeEachChannelInTheirOrder() {
		List<String> seen = new CopyOnWriteArrayList<>();
		Metadata.Key<String> header = Metadata.Key.of("team", Metadata.ASCII_STRING_MARSHALLER);
		Metadata metadata = new Metadata();
		metadata.put(header, "blue");
		try (OddEtcd etcd = new OddEtcd();
				TransportDriver driver = new TransportDriver(settings(etcd.endpoint()), List.of((builder) -> {
					seen.add("first on " + Thread.currentThread().getName().replaceAll("-\\d+", ""));
					builder.intercept(MetadataUtils.newAttachHeadersInterceptor(metadata));
				}, (builder) -> seen.add("second")))) {
			driver.read().page();
			driver.open();
			await().until(() -> !etcd.calls("Watch").isEmpty());
			assertThat(seen).containsExactly("first on etcd-event-loop", "second", "first on etcd-event-loop",
					"second");
			assertThat(etcd.calls).allSatisfy((call) -> assertThat(call.header("team")).isEqualTo("blue"));
		}
	}

	/** A thread of its own would be one more, and answers would come on it. */
	@Test
	void customizersDoNotChangeWhatTheLibraryReliesOn() {
		try (OddEtcd etcd = new OddEtcd();
				TransportDriver driver = new TransportDriver(settings(etcd.endpoint()),
						List.of((builder) -> builder.useTransportSecurity()
							.executor(ForkJoinPool.commonPool())
							.maxInboundMessageSize(1)
							.defaultLoadBalancingPolicy("nobody")))) {
			driver.read().page();
			assertThat(driver.breaches).isEmpty();
		}
	}

	@Test
	void aCustomizerThatFailsIsAnOutageThatEndsWithIt() throws InterruptedException {
		AtomicBoolean failing = new AtomicBoolean(true);
		try (OddEtcd etcd = new OddEtcd();
				TransportDriver driver = new TransportDriver(settings(etcd.endpoint()), List.of((builder) -> {
					if (failing.get()) {
						throw new IllegalStateException("Not yet");
					}
				}))) {
			assertThat(driver.read().failure().kind()).isEqualTo(Kind.UNAVAILABLE);
			assertThat(driver.open().next("closed").reason().kind()).isEqualTo(Kind.UNAVAILABLE);
			failing.set(false);
			driver.read().page();
			driver.open().next("connected");
		}
	}

	private static TransportSettings settings(URI endpoint) {
		return new TransportSettings(List.of(endpoint), null, null, null);
	}

	@Test
	void aNameThatIsSlowToResolveHoldsUpNoOtherEndpoint() {
		HangingNames names = new HangingNames();
		NameResolverRegistry.getDefaultRegistry().register(names);
		try (OddEtcd etcd = new OddEtcd();
				TransportDriver driver = new TransportDriver(URI.create("http://hangs:2379"),
						URI.create("http://answers:" + etcd.endpoint().getPort()))) {
			// Each second one goes to the name that hangs.
			List<Heard> heard = IntStream.range(0, 4).mapToObj((i) -> driver.open()).toList();
			await().until(() -> heard.stream().filter((stream) -> !stream.calls.isEmpty()).count() == 2);
			assertThat(heard).flatExtracting((stream) -> stream.calls)
				.allSatisfy((call) -> assertThat(call.method()).isEqualTo("connected"));
			names.release.countDown();
		}
		finally {
			names.release.countDown();
			NameResolverRegistry.getDefaultRegistry().deregister(names);
		}
	}

	/**
	 * Resolves as gRPC's own resolver does, on the executor that is meant for it, but
	 * hangs for one host.
	 */
	private static final class HangingNames extends NameResolverProvider {

		private final CountDownLatch release = new CountDownLatch(1);

		@Override
		public NameResolver newNameResolver(URI target, NameResolver.Args args) {
			URI authority = URI.create("dns://" + target.getPath().substring(1));
			return new NameResolver() {

				@Override
				public String getServiceAuthority() {
					return authority.getAuthority();
				}

				@Override
				public void start(Listener2 listener) {
					args.getOffloadExecutor().execute(() -> {
						if (authority.getHost().equals("hangs")) {
							hang();
							return;
						}
						InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(),
								authority.getPort());
						ResolutionResult result = ResolutionResult.newBuilder()
							.setAddressesOrError(StatusOr.fromValue(List.of(new EquivalentAddressGroup(address))))
							.build();
						args.getSynchronizationContext().execute(() -> listener.onResult2(result));
					});
				}

				@Override
				public void shutdown() {
				}

			};
		}

		@Override
		public String getDefaultScheme() {
			return "dns";
		}

		@Override
		protected boolean isAvailable() {
			return true;
		}

		@Override
		protected int priority() {
			return 10;
		}

		private void hang() {
			try {
				this.release.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

	}

}
