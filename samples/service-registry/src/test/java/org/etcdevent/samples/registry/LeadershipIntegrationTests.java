package org.etcdevent.samples.registry;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.options.GetOption;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.etcdevent.testsupport.EtcdAdmin;
import org.etcdevent.testsupport.EtcdServer;
import org.etcdevent.testsupport.TcpProxy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Instances as processes, which are frozen, cut off and ended, on an etcd of their own.
 */
class LeadershipIntegrationTests {

	/** Longer than a lease lives. */
	private static final Duration LONG = Duration.ofSeconds(8);

	private final EtcdServer etcd = EtcdServer.create();

	private final EtcdAdmin admin = new EtcdAdmin(this.etcd);

	@TempDir
	private Path folder;

	/** Leads, to begin with. */
	private InstanceProcess a;

	private InstanceProcess b;

	@BeforeEach
	void start() throws Exception {
		this.a = instance("one", this.etcd.endpoint());
		this.b = instance("another", this.etcd.endpoint());
		this.a.awaitRegistered();
		this.b.awaitRegistered();
		if (!inEtcd().get(0).equals(this.a.address())) {
			InstanceProcess later = this.a;
			this.a = this.b;
			this.b = later;
		}
		awaiting("a to lead").until(this.a::leads);
	}

	@AfterEach
	void end() {
		this.a.close();
		this.b.close();
		this.admin.close();
		this.etcd.close();
	}

	@Test
	void anInstanceThatWasFrozenWhileItWaitedDoesNotLeadBesideItsSuccessor() throws Exception {
		this.b.freeze();
		awaiting("b to be gone").until(() -> !inEtcd().contains(this.b.address()));
		this.b.thaw();
		this.a.terminate();
		assertThat(inEtcd()).as("entries right after a has ended").doesNotContain(this.a.address());
		try (InstanceProcess c = instance("c", this.etcd.endpoint())) {
			c.awaitRegistered();
			awaiting("both to be registered").until(() -> inEtcd().size() == 2);
			awaiting("one leader, for a while").during(LONG)
				.until(() -> leaders(this.b, c).equals(inEtcd().subList(0, 1)));
		}
	}

	@Test
	void aFrozenLeaderIsReplacedAndKnowsIt() throws Exception {
		assertThat(this.a.greet("Ahoy")).isEqualTo(204);
		assertThat(this.b.greet("Moin")).isEqualTo(409);
		long token = oldest();
		this.a.freeze();
		awaiting("b to lead").until(this.b::leads);
		assertThat(oldest()).isGreaterThan(token);
		assertThat(this.b.greet("Servus")).isEqualTo(204);
		this.a.thaw();
		assertThat(this.a.leads()).as("whether it leads, says the first answer").isFalse();
		assertThat(this.a.greet("Ahoy")).isEqualTo(409);
		awaiting("a to be registered again").until(() -> inEtcd().equals(List.of(this.b.address(), this.a.address())));
		assertThat(leaders(this.a, this.b)).containsExactly(this.b.address());
		awaiting("a to know the greeting").until(() -> this.a.ask("/hello").startsWith("Servus"));
	}

	@Test
	void anOutageOfEtcdEndsWithOneLeaderAndEveryoneRegistered() throws Exception {
		this.etcd.kill();
		awaiting("nobody to lead").until(() -> leaders(this.a, this.b).isEmpty());
		this.etcd.start();
		awaiting("both to be registered, and one to lead").during(LONG)
			.until(() -> inEtcd().size() == 2 && leaders(this.a, this.b).equals(inEtcd().subList(0, 1)));
	}

	@Test
	void aFrozenEtcdEndsWithOneLeaderAndEveryoneRegistered() {
		this.etcd.freeze();
		awaiting("nobody to lead").until(() -> leaders(this.a, this.b).isEmpty());
		this.etcd.thaw();
		awaiting("both to be registered, and one to lead").during(LONG)
			.until(() -> inEtcd().size() == 2 && leaders(this.a, this.b).equals(inEtcd().subList(0, 1)));
	}

	@Test
	void anEtcdThatLostEverythingIsFilledAgain() {
		this.etcd.wipe();
		this.etcd.start();
		awaiting("both to be registered, and one to lead").during(LONG)
			.until(() -> inEtcd().size() == 2 && leaders(this.a, this.b).equals(inEtcd().subList(0, 1)));
	}

	@Test
	void aLeaderThatIsCutOffStopsLeadingBeforeItsEntryIsGone() throws Exception {
		try (TcpProxy proxy = new TcpProxy(this.etcd.port()); InstanceProcess c = instance("c", proxy.endpoint())) {
			c.awaitRegistered();
			this.a.terminate();
			this.b.terminate();
			awaiting("c to lead").until(c::leads);
			proxy.silence();
			awaiting("its entry to be gone").pollInterval(Duration.ofMillis(50)).until(() -> {
				boolean gone = inEtcd().isEmpty();
				// Asked after etcd.
				assertThat(gone && c.leads()).as("it leads without an entry").isFalse();
				return gone;
			});
			proxy.open();
			awaiting("c to lead again").until(() -> c.leads() && inEtcd().equals(List.of(c.address())));
		}
	}

	private InstanceProcess instance(String name, URI endpoint) throws Exception {
		return new InstanceProcess(this.folder.resolve(name), endpoint);
	}

	private static ConditionFactory awaiting(String what) {
		return Awaitility.await(what).atMost(InstanceProcess.PATIENCE.multipliedBy(3));
	}

	/** The addresses of those who say that they lead. */
	private static List<String> leaders(InstanceProcess... instances) {
		return Stream.of(instances).filter(InstanceProcess::leads).map(InstanceProcess::address).toList();
	}

	/** The addresses in etcd, the one with the lowest create revision first. */
	private List<String> inEtcd() {
		return entries().stream().map((entry) -> entry.getValue().toString()).toList();
	}

	private long oldest() {
		return entries().get(0).getCreateRevision();
	}

	private List<KeyValue> entries() {
		GetOption byAge = GetOption.builder()
			.isPrefix(true)
			.withSortField(GetOption.SortTarget.CREATE)
			.withSortOrder(GetOption.SortOrder.ASCEND)
			.build();
		return EtcdAdmin.get(this.admin.client().getKVClient().get(EtcdAdmin.bytes(Instances.PREFIX), byAge)).getKvs();
	}

}
