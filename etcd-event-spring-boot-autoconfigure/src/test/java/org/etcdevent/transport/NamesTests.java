package org.etcdevent.transport;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.stream.IntStream;

import org.etcdevent.etcd.Failure;
import org.etcdevent.etcd.Failure.Kind;
import org.etcdevent.testsupport.DnsServer;
import org.etcdevent.transport.TransportDriver.Heard;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the SRV records of {@link Names}, with a name server of their own.
 */
class NamesTests {

	private static final String RECORDS = "_etcd-client._tcp.etcd.test";

	private final DnsServer dns = new DnsServer();

	private final URI endpoint = URI.create("dns+srv://" + this.dns.authority() + "/etcd.test");

	@AfterEach
	void stopServer() {
		this.dns.close();
	}

	@Test
	void readsAndWatchesWhereTheRecordsPoint() throws InterruptedException {
		try (OddEtcd etcd = new OddEtcd(); TransportDriver driver = new TransportDriver(this.endpoint)) {
			this.dns.put(RECORDS, at(etcd));
			driver.read().page();
			Heard heard = driver.open();
			heard.next("connected");
			assertThat(heard.stream).hasToString("etcd.test");
		}
	}

	@Test
	void aNameThatDoesNotResolveIsAnOutageThatEndsWhenItDoes() throws InterruptedException {
		try (OddEtcd etcd = new OddEtcd(); TransportDriver driver = new TransportDriver(this.endpoint)) {
			Failure failure = driver.read().failure();
			assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
			assertThat(failure.message()).contains("No SRV records '" + RECORDS + "'", "not found");
			assertThat(driver.open().next("closed").reason().kind()).isEqualTo(Kind.UNAVAILABLE);
			this.dns.put(RECORDS, at(etcd));
			driver.read().page();
			driver.open().next("connected");
		}
	}

	@Test
	void aMemberThatMovedIsFoundByTheNextConnection() {
		OddEtcd before = new OddEtcd();
		try (OddEtcd after = new OddEtcd(); TransportDriver driver = new TransportDriver(this.endpoint)) {
			this.dns.put(RECORDS, at(before));
			driver.read().page();
			this.dns.put(RECORDS, at(after));
			before.close();
			await().until(() -> {
				TransportDriver.Answer answer = driver.read();
				await().until(answer::isDone);
				return answer.isPage();
			});
			assertThat(after.calls("Range")).isNotEmpty();
		}
	}

	@Test
	void connectionsBeginWithMembersByChance() {
		try (OddEtcd one = new OddEtcd();
				OddEtcd other = new OddEtcd();
				TransportDriver driver = new TransportDriver(this.endpoint)) {
			this.dns.put(RECORDS, at(one), at(other));
			List<Heard> heard = IntStream.range(0, 30).mapToObj((i) -> driver.open()).toList();
			await().until(() -> heard.stream().allMatch((stream) -> !stream.calls.isEmpty()));
			assertThat(one.connectionsEver).hasPositiveValue();
			assertThat(other.connectionsEver).hasPositiveValue();
		}
	}

	@Test
	void aHostThatIsUnknownLeavesTheOthers() {
		try (OddEtcd etcd = new OddEtcd(); TransportDriver driver = new TransportDriver(this.endpoint)) {
			this.dns.put(RECORDS, InetSocketAddress.createUnresolved("gone.invalid", 2379), at(etcd));
			driver.read().page();
		}
	}

	@Test
	void aNameServerThatIsSilentDoesNotHoldUpTheLoop() throws IOException {
		try (DatagramSocket silent = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
				TransportDriver driver = new TransportDriver(
						URI.create("dns+srv://127.0.0.1:" + silent.getLocalPort() + "/etcd.test"))) {
			Heard heard = driver.open();
			// The loop answers, and the lookup goes on.
			driver.tell(() -> {
			});
			assertThat(heard.calls).isEmpty();
			await().until(() -> !heard.calls.isEmpty());
			assertThat(heard.calls).extracting((call) -> call.reason().kind()).containsExactly(Kind.UNAVAILABLE);
		}
	}

	private static InetSocketAddress at(OddEtcd etcd) {
		return InetSocketAddress.createUnresolved("127.0.0.1", etcd.endpoint().getPort());
	}

}
