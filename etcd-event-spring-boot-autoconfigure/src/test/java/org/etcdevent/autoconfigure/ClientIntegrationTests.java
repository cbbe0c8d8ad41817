package org.etcdevent.autoconfigure;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.Election;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.Lease;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.election.LeaderKey;
import io.etcd.jetcd.election.LeaderResponse;
import io.etcd.jetcd.lease.LeaseKeepAliveResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.LeaseOption;
import io.etcd.jetcd.options.PutOption;
import io.etcd.jetcd.support.CloseableClient;
import io.etcd.jetcd.watch.WatchResponse;
import io.grpc.stub.StreamObserver;
import org.etcdevent.EtcdValue;
import org.etcdevent.EtcdValues;
import org.etcdevent.KeyRange;
import org.etcdevent.testsupport.EtcdAdmin;
import org.etcdevent.testsupport.EtcdServer;
import org.etcdevent.testsupport.TcpProxy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Everything that the {@link Client} bean can do, on the class path that the starter
 * leaves it.
 */
class ClientIntegrationTests {

	private static EtcdServer server;

	@BeforeAll
	static void startServer() {
		server = EtcdServer.create();
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "com.fasterxml.jackson.core.JsonFactory", "io.netty.handler.codec.quic.QuicChannel",
			"io.netty.handler.codec.http3.Http3", "io.netty.internal.tcnative.SSL", "javax.annotation.Generated" })
	void worksWithoutWhatItDragsIn(String type) {
		assertThat(ClassUtils.isPresent(type, null)).isFalse();
	}

	/** The second address is that of a zone, and the JVM's proxy leads nowhere. */
	@ParameterizedTest
	@ValueSource(strings = { "[::1]", "[::1%lo]", "localhost" })
	void reachesEtcdAtAnyAddressAndThroughNoProxyAsTheWatchesDo(String host) throws IOException {
		assumeThat(NetworkInterface.getByName("lo")).isNotNull();
		List<URI> asked = new CopyOnWriteArrayList<>();
		ProxySelector before = ProxySelector.getDefault();
		ProxySelector.setDefault(new Nowhere(asked));
		InetAddress address = InetAddress.getByName(host.equals("localhost") ? "127.0.0.1" : "::1");
		try (TcpProxy relay = new TcpProxy(address, server.port())) {
			new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(EtcdAutoConfiguration.class))
				.withPropertyValues("etcd.event.endpoints=http://" + host + ":" + relay.port())
				.run((context) -> {
					EtcdAdmin.get(context.getBean(Client.class).getKVClient().put(bytes("address"), bytes(host)));
					try (EtcdValue<byte[]> value = context.getBean(EtcdValues.class)
						.value(KeyRange.key("address"), byte[].class)) {
						assertThat(value.get()).hasValueSatisfying(
								(bytes) -> assertThat(new String(bytes, StandardCharsets.UTF_8)).isEqualTo(host));
					}
				});
			assertThat(asked).isEmpty();
		}
		finally {
			ProxySelector.setDefault(before);
		}
	}

	@Test
	void readsAndWrites() {
		run((client) -> {
			KV kv = client.getKVClient();
			EtcdAdmin.get(kv.put(bytes("kv/a"), bytes("1")));
			assertThat(EtcdAdmin.get(kv.get(bytes("kv/a"))).getKvs().get(0).getValue()).isEqualTo(bytes("1"));
			Cmp isOne = new Cmp(bytes("kv/a"), Cmp.Op.EQUAL, CmpTarget.value(bytes("1")));
			assertThat(EtcdAdmin
				.get(kv.txn().If(isOne).Then(Op.put(bytes("kv/b"), bytes("2"), PutOption.DEFAULT)).commit())
				.isSucceeded()).isTrue();
			GetOption all = GetOption.builder().isPrefix(true).build();
			assertThat(EtcdAdmin.get(kv.get(bytes("kv/"), all)).getCount()).isEqualTo(2);
			long revision = EtcdAdmin.get(kv.delete(bytes("kv/a"))).getHeader().getRevision();
			EtcdAdmin.get(kv.compact(revision));
		});
	}

	@Test
	void watches() {
		run((client) -> {
			CompletableFuture<WatchResponse> told = new CompletableFuture<>();
			Consumer<WatchResponse> events = (response) -> {
				if (!response.getEvents().isEmpty()) {
					told.complete(response);
				}
			};
			try (Watch.Watcher watcher = client.getWatchClient()
				.watch(bytes("watch/a"), events, told::completeExceptionally)) {
				watcher.requestProgress();
				// jetcd does not say when its watch has begun.
				while (!told.isDone()) {
					EtcdAdmin.get(client.getKVClient().put(bytes("watch/a"), bytes("1")));
				}
				assertThat(EtcdAdmin.get(told).getEvents().get(0).getKeyValue().getValue()).isEqualTo(bytes("1"));
			}
		});
	}

	@Test
	void leases() {
		run((client) -> {
			Lease leases = client.getLeaseClient();
			long lease = EtcdAdmin.get(leases.grant(30)).getID();
			assertThat(EtcdAdmin.get(leases.keepAliveOnce(lease)).getTTL()).isPositive();
			Observed<LeaseKeepAliveResponse> kept = new Observed<>();
			try (CloseableClient keepAlive = leases.keepAlive(lease, kept)) {
				assertThat(keepAlive).isNotNull();
				assertThat(EtcdAdmin.get(kept.first).getTTL()).isPositive();
			}
			assertThat(EtcdAdmin.get(leases.timeToLive(lease, LeaseOption.DEFAULT)).getGrantedTTL()).isEqualTo(30);
			EtcdAdmin.get(leases.revoke(lease));
		});
	}

	@Test
	void locks() {
		run((client) -> {
			long lease = EtcdAdmin.get(client.getLeaseClient().grant(30)).getID();
			ByteSequence key = EtcdAdmin.get(client.getLockClient().lock(bytes("lock"), lease)).getKey();
			EtcdAdmin.get(client.getLockClient().unlock(key));
		});
	}

	@Test
	void elects() {
		run((client) -> {
			Election election = client.getElectionClient();
			ObservedLeader observed = new ObservedLeader();
			election.observe(bytes("election"), observed);
			long lease = EtcdAdmin.get(client.getLeaseClient().grant(30)).getID();
			LeaderKey leader = EtcdAdmin.get(election.campaign(bytes("election"), lease, bytes("me"))).getLeader();
			assertThat(EtcdAdmin.get(observed.first).getKv().getValue()).isEqualTo(bytes("me"));
			EtcdAdmin.get(election.proclaim(leader, bytes("still me")));
			assertThat(EtcdAdmin.get(election.leader(bytes("election"))).getKv().getValue())
				.isEqualTo(bytes("still me"));
			EtcdAdmin.get(election.resign(leader));
		});
	}

	@Test
	void administers() {
		run((client) -> {
			EtcdAdmin.get(client.getAuthClient().userAdd(bytes("user"), bytes("secret")));
			EtcdAdmin.get(client.getAuthClient().roleAdd(bytes("role")));
			EtcdAdmin.get(client.getAuthClient().userGrantRole(bytes("user"), bytes("role")));
			assertThat(EtcdAdmin.get(client.getAuthClient().userList()).getUsers()).containsExactly("user");
			assertThat(EtcdAdmin.get(client.getAuthClient().userGet(bytes("user"))).getRoles()).containsExactly("role");
			assertThat(EtcdAdmin.get(client.getClusterClient().listMember()).getMembers()).hasSize(1);
			String endpoint = server.endpoint().toString();
			assertThat(EtcdAdmin.get(client.getMaintenanceClient().statusMember(endpoint)).getDbSize()).isPositive();
			assertThat(EtcdAdmin.get(client.getMaintenanceClient().listAlarms()).getAlarms()).isEmpty();
			EtcdAdmin.get(client.getMaintenanceClient().hashKV(endpoint, 0));
			EtcdAdmin.get(client.getMaintenanceClient().defragmentMember(endpoint));
			ByteArrayOutputStream snapshot = new ByteArrayOutputStream();
			assertThat(EtcdAdmin.get(client.getMaintenanceClient().snapshot(snapshot))).isEqualTo(snapshot.size())
				.isPositive();
		});
	}

	private static void run(Use use) {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(EtcdAutoConfiguration.class))
			.withPropertyValues("etcd.event.endpoints=" + server.endpoint())
			.run((context) -> use.of(context.getBean(Client.class)));
	}

	private static ByteSequence bytes(String text) {
		return EtcdAdmin.bytes(text);
	}

	/** A proxy that is not there, for everything. */
	private static final class Nowhere extends ProxySelector {

		private final List<URI> asked;

		Nowhere(List<URI> asked) {
			this.asked = asked;
		}

		@Override
		public List<Proxy> select(URI uri) {
			if (uri.getScheme().equals("socket")) {
				// The test's own.
				return List.of(Proxy.NO_PROXY);
			}
			this.asked.add(uri);
			return List.of(new Proxy(Proxy.Type.HTTP, new InetSocketAddress("127.0.0.1", 1)));
		}

		@Override
		public void connectFailed(URI uri, SocketAddress address, IOException ex) {
		}

	}

	private interface Use {

		void of(Client client) throws Exception;

	}

	/**
	 * Waits for the first answer of a stream.
	 *
	 * @param <R> the type of the answer
	 */
	private static class Observed<R> implements StreamObserver<R> {

		final CompletableFuture<R> first = new CompletableFuture<>();

		@Override
		public void onNext(R response) {
			this.first.complete(response);
		}

		@Override
		public void onError(Throwable ex) {
			this.first.completeExceptionally(ex);
		}

		@Override
		public void onCompleted() {
			this.first.cancel(false);
		}

	}

	private static final class ObservedLeader extends Observed<LeaderResponse> implements Election.Listener {

	}

}
