package org.etcdevent.transport;

import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicBoolean;

import io.grpc.DecompressorRegistry;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import org.etcdevent.etcd.Failure.Kind;
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
	@ValueSource(
			strings = { "ip", "http", "https", "dns", "unix", "etcd", "localhost", "[::1]", "127.0.0.1", "my_host" })
	void takesAHostForAHostWhateverItIsCalled(String host) {
		URI endpoint = URI.create("http://" + host + ":2379");
		TransportSettings settings = settings(endpoint);
		try (TransportDriver driver = new TransportDriver(settings)) {
			Channels channels = new Channels(settings, (EventLoop) driver.transport.loop(), List.of());
			ManagedChannel channel = driver
				.ask(() -> channels.open(settings, endpoint, new InetSocketAddress("127.0.0.1", 1)));
			assertThat(channel.authority()).isEqualTo(host + ":2379");
			driver.tell(channels::close);
		}
	}

	@Test
	void theZoneOfAnAddressIsNotForTheServer() {
		URI endpoint = URI.create("http://[fe80::1%25eth0]:2379");
		TransportSettings settings = settings(endpoint);
		try (TransportDriver driver = new TransportDriver(settings)) {
			Channels channels = new Channels(settings, (EventLoop) driver.transport.loop(), List.of());
			ManagedChannel channel = driver
				.ask(() -> channels.open(settings, endpoint, new InetSocketAddress("127.0.0.1", 1)));
			assertThat(channel.authority()).isEqualTo("[fe80::1]:2379");
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
							.decompressorRegistry(DecompressorRegistry.getDefaultInstance())
							.defaultLoadBalancingPolicy("nobody")))) {
			driver.read().page();
			assertThat(etcd.calls("Range").get(0).header("grpc-accept-encoding")).isNull();
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

}
