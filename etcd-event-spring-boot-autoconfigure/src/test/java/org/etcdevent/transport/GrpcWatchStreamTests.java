package org.etcdevent.transport;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.etcd.jetcd.api.WatchCreateRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.Status;
import org.etcdevent.KeyRange;
import org.etcdevent.etcd.Failure;
import org.etcdevent.etcd.Failure.Kind;
import org.etcdevent.etcd.RangeRead;
import org.etcdevent.etcd.Stamp;
import org.etcdevent.transport.TransportDriver.Answer;
import org.etcdevent.transport.TransportDriver.Call;
import org.etcdevent.transport.TransportDriver.Heard;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link GrpcWatchStream}, against a server that misbehaves.
 */
class GrpcWatchStreamTests {

	private static final KeyRange RANGE = KeyRange.parse("flags/");

	private final OddEtcd etcd = new OddEtcd();

	private final TransportDriver driver = new TransportDriver(this.etcd.endpoint());

	@AfterEach
	void close() {
		this.driver.close();
		this.etcd.close();
	}

	@Test
	void tellsThatALongMessageIsOnItsWay() throws InterruptedException {
		Heard heard = this.driver.open();
		heard.next("connected");
		OddWatch server = this.etcd.stream();
		server.created(11);
		heard.next("created");
		int before = heard.arrived.get();
		server.events(11, new byte[4 << 20]);
		assertThat(heard.next("events").events().get(0).value()).hasSize(4 << 20);
		assertThat(heard.arrived.get() - before).isGreaterThan(2);
	}

	@Test
	void asksForWatchesInOrderEvenBeforeItIsConnected() throws InterruptedException {
		Heard heard = this.driver.new Heard();
		this.driver.tell(() -> {
			heard.stream = this.driver.transport.open(heard);
			heard.stream.create(11, RANGE, 42, true);
			heard.stream.create(12, KeyRange.key("one"), 43, false);
			heard.stream.cancel(11);
			heard.stream.requestProgress();
		});
		OddWatch server = this.etcd.stream();
		WatchCreateRequest first = server.next().getCreateRequest();
		assertThat(first.getKey().toStringUtf8()).isEqualTo("flags/");
		assertThat(first.getStartRevision()).isEqualTo(42);
		assertThat(first.getUnknownFields().getField(7).getVarintList()).containsExactly(11L);
		assertThat(first.getUnknownFields().getField(8).getVarintList()).containsExactly(1L);
		WatchCreateRequest second = server.next().getCreateRequest();
		assertThat(second.getKey().toStringUtf8()).isEqualTo("one");
		assertThat(second.getUnknownFields().getField(8).getVarintList()).containsExactly(0L);
		assertThat(server.next().getCancelRequest().getWatchId()).isEqualTo(11);
		assertThat(server.next().hasProgressRequest()).isTrue();
		server.created(11);
		heard.next("connected");
		assertThat(heard.next("created").watchId()).isEqualTo(11);
		assertThat(this.etcd.calls("Watch").get(0).header("hasleader")).isEqualTo("true");
		assertThat(this.etcd.calls("Watch").get(0).header("token")).isNull();
	}

	@Test
	void tellsWhatEtcdSaysInItsOrder() throws InterruptedException {
		Heard heard = connected();
		OddWatch server = this.etcd.stream();
		server.created(1);
		server.events(1, true, 101, 101);
		server.events(1, false, 101, 102);
		server.progress(1);
		server.events(1, true);
		server.say(WatchResponse.newBuilder().setWatchId(1).setCanceled(true));
		assertThat(heard.next("created").stamp()).isEqualTo(new Stamp(7, 100, 3));
		Call fragment = heard.next("events");
		assertThat(fragment.events()).extracting((entry) -> entry.modRevision()).containsExactly(101L, 101L);
		assertThat(fragment.flag()).isTrue();
		Call rest = heard.next("events");
		assertThat(rest.events()).extracting((entry) -> entry.modRevision()).containsExactly(101L, 102L);
		assertThat(rest.flag()).isFalse();
		Call progress = heard.next("progress");
		assertThat(progress.watchId()).isEqualTo(1);
		assertThat(progress.flag()).as("periodic progress is in order").isTrue();
		assertThat(heard.next("events").events()).as("an empty fragment is no progress").isEmpty();
		assertThat(heard.next("canceled").reason()).isEqualTo(new Failure(Kind.OTHER, "etcd gave no reason"));
	}

	@ParameterizedTest
	@CsvSource({ "3.5.30, true", "3.5.8, true", "3.5.7, false", "3.4.25, true", "3.4.24, false", "3.3.27, false",
			"3.6.0-rc.1, true", "3.7.0, true", "4.0.0, true", "2.3.8, false", "not known, false", "'', false" })
	void trustsProgressOfTheStreamOnlyWhereTheServerKeepsTheOrder(String version, boolean inOrder) {
		assertThat(GrpcWatchStream.isProgressInOrder(version)).isEqualTo(inOrder);
	}

	@ParameterizedTest
	@CsvSource({ "3.5.30, true", "3.4.23, false" })
	void asksTheServerOfTheStreamForItsVersion(String version, boolean inOrder) throws InterruptedException {
		this.etcd.version = version;
		Heard heard = connected();
		OddWatch server = this.etcd.stream();
		server.progress(-1);
		assertThat(heard.next("progress").flag()).as("not before it is asked").isFalse();
		this.driver.tell(heard.stream::requestStatus);
		heard.next("status");
		server.progress(-1);
		assertThat(heard.next("progress").flag()).isEqualTo(inOrder);
		assertThat(this.etcd.calls("Status")).hasSize(1);
	}

	@Test
	void aServerThatReportsItsStatusToRootAloneSendsProgressInOrder() throws InterruptedException {
		this.etcd.version = null;
		Heard heard = connected();
		OddWatch server = this.etcd.stream();
		this.driver.tell(heard.stream::requestStatus);
		// Answered on the same connection after that was.
		count(heard).page();
		server.progress(-1);
		assertThat(heard.next("progress").flag()).isTrue();
	}

	@Test
	void tellsRefusedAndCompactedCreatesApart() throws InterruptedException {
		Heard heard = connected();
		OddWatch server = this.etcd.stream();
		server.refused("rpc error: code = PermissionDenied desc = etcdserver: permission denied");
		server.say(WatchResponse.newBuilder().setWatchId(2).setCanceled(true).setCompactRevision(77));
		server.created(3);
		Call refused = heard.next("canceled");
		assertThat(refused.watchId()).isEqualTo(-1);
		assertThat(refused.reason().kind()).isEqualTo(Kind.PERMISSION_DENIED);
		Call compacted = heard.next("canceled");
		assertThat(compacted.watchId()).isEqualTo(2);
		assertThat(compacted.reason().kind()).isEqualTo(Kind.COMPACTED);
		assertThat(compacted.reason().message()).contains("77");
		assertThat(heard.next("created").watchId()).isEqualTo(3);
	}

	@Test
	void anEndWithoutAnErrorIsTheEndAllTheSame() throws InterruptedException {
		Heard heard = connected();
		this.etcd.stream().end();
		assertThat(heard.next("closed").reason()).isEqualTo(new Failure(Kind.OTHER, "etcd ended the stream"));
		await().until(() -> this.etcd.connections.get() == 0);
		assertThat(heard.calls).isEmpty();
	}

	@Test
	void unavailableWithoutADescriptionEndsTheStream() throws InterruptedException {
		Heard heard = connected();
		this.etcd.stream().end(Status.UNAVAILABLE);
		assertThat(heard.next("closed").reason()).isEqualTo(new Failure(Kind.UNAVAILABLE, "UNAVAILABLE"));
	}

	@Test
	void aLostLeaderEndsTheStream() throws InterruptedException {
		Heard heard = connected();
		this.etcd.stream().end(Status.UNAVAILABLE.withDescription("etcdserver: no leader"));
		assertThat(heard.next("closed").reason().kind()).isEqualTo(Kind.NO_LEADER);
	}

	@Test
	void aConnectionThatIsCutEndsTheStreamOnce() throws InterruptedException {
		Heard heard = connected();
		this.etcd.close();
		Failure reason = heard.next("closed").reason();
		assertThat(reason.kind()).isEqualTo(Kind.UNAVAILABLE);
		assertThat(reason.message()).doesNotContain("TLS");
		this.driver.tell(heard.stream::close);
		assertThat(heard.calls).isEmpty();
	}

	@Test
	void aMessageThatCannotBeReadEndsTheStreamAndSaysSo() throws InterruptedException {
		Heard heard = connected();
		ByteString keyCutOff = ByteString.copyFrom(new byte[] { 0x12, 0x02, 0x0a, 0x7f });
		this.etcd.stream()
			.say(WatchResponse.newBuilder()
				.setUnknownFields(UnknownFieldSet.newBuilder()
					.addField(11, UnknownFieldSet.Field.newBuilder().addLengthDelimited(keyCutOff).build())
					.build()));
		Failure reason = heard.next("closed").reason();
		assertThat(reason.kind()).isEqualTo(Kind.OTHER);
		assertThat(reason.message()).contains("ended unexpectedly");
	}

	@Test
	void takesAMessageAboveGrpcsOwnLimit() throws InterruptedException {
		Heard heard = connected();
		this.etcd.stream().events(1, new byte[6_000_000]);
		assertThat(heard.next("events").events().get(0).value()).hasSize(6_000_000);
	}

	@Test
	void aListenerThatThrowsLosesThatWatchAlone() throws InterruptedException {
		Heard heard = connected();
		heard.then = (call) -> {
			if (call.watchId() == 1) {
				throw new IllegalStateException("thrown by the test, each time");
			}
		};
		OddWatch server = this.etcd.stream();
		server.created(2);
		server.events(1, false, 101);
		server.events(2, false, 102);
		heard.next("created");
		heard.next("events");
		Call given = heard.next("canceled");
		assertThat(given.watchId()).isEqualTo(1);
		assertThat(given.reason().kind()).isEqualTo(Kind.OTHER);
		assertThat(given.reason().message()).doesNotContain("v101");
		assertThat(heard.next("events").watchId()).isEqualTo(2);
		assertThat(server.next().getCancelRequest().getWatchId()).isEqualTo(1);
	}

	@Test
	void aSlowListenerHoldsTheServerBackInsteadOfFillingMemory() throws InterruptedException {
		Heard heard = connected();
		CountDownLatch go = new CountDownLatch(1);
		heard.then = (call) -> await().until(() -> go.getCount() == 0);
		OddWatch server = this.etcd.stream();
		int sent = 0;
		while (server.isReady() && sent < 1_000) {
			server.events(1, new byte[100_000]);
			sent++;
		}
		// 100 MB would have gone to a client that takes in all it can get.
		assertThat(sent).isLessThan(100);
		go.countDown();
		for (int i = 0; i < sent; i++) {
			heard.next("events");
		}
	}

	@Test
	void nothingIsHeardAfterClose() throws InterruptedException {
		Heard heard = connected();
		OddWatch server = this.etcd.stream();
		heard.then = (call) -> {
			if (call.method().equals("events")) {
				heard.stream.close();
			}
		};
		IntStream.range(0, 100).forEach((i) -> server.events(1, false, 101 + i));
		heard.next("events");
		assertThat(server.over.await(10, TimeUnit.SECONDS)).isTrue();
		await().until(() -> this.etcd.connections.get() == 0);
		this.driver.tell(() -> {
			heard.stream.close();
			heard.stream.create(2, RANGE, 1, false);
			heard.stream.requestProgress();
		});
		assertThat(heard.calls).isEmpty();
	}

	@Test
	void readsACountOnTheConnectionOfTheStream() throws InterruptedException {
		Heard heard = connected();
		this.driver.read().page();
		count(heard).page();
		List<OddEtcd.Call> reads = this.etcd.calls("Range");
		OddEtcd.Call watch = this.etcd.calls("Watch").get(0);
		assertThat(reads.get(0).peer()).isNotEqualTo(watch.peer());
		assertThat(reads.get(1).peer()).isEqualTo(watch.peer());
	}

	@Test
	void doesNotAnswerACountAfterClose() throws InterruptedException {
		Heard heard = connected();
		CountDownLatch asked = new CountDownLatch(1);
		this.etcd.range = (request, answer) -> asked.countDown();
		Answer count = count(heard);
		assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
		this.driver.tell(heard.stream::close);
		await().until(() -> this.etcd.connections.get() == 0);
		this.driver.tell(() -> {
		});
		assertThat(count.isDone()).isFalse();
	}

	@Test
	void goesToAnotherEndpointEachTime() throws InterruptedException {
		try (OddEtcd other = new OddEtcd();
				TransportDriver both = new TransportDriver(this.etcd.endpoint(), other.endpoint())) {
			for (int i = 0; i < 4; i++) {
				Heard heard = both.open();
				heard.next("connected");
				both.tell(heard.stream::close);
			}
			// The server hears of a connection a little later.
			await().untilAsserted(() -> {
				assertThat(this.etcd.connectionsEver).hasValue(2);
				assertThat(other.connectionsEver).hasValue(2);
			});
		}
	}

	@Test
	void aServerThatHangsUpBeforeItSaysAnythingMayRequireTls() throws IOException, InterruptedException {
		try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
				TransportDriver driver = new TransportDriver(URI.create("http://127.0.0.1:" + server.getLocalPort()))) {
			Heard heard = driver.open();
			server.setSoTimeout(10_000);
			server.accept().close();
			Failure reason = heard.next("closed").reason();
			assertThat(reason.kind()).isEqualTo(Kind.UNAVAILABLE);
			assertThat(reason.message()).contains("etcd may require TLS at this endpoint: use https://");
		}
	}

	@Test
	void noConnectionEndsTheStreamAndSaysWhy() throws IOException, InterruptedException {
		try (Socket nobody = new Socket()) {
			nobody.bind(new InetSocketAddress("127.0.0.1", 0));
			TransportDriver driver = new TransportDriver(URI.create("http://127.0.0.1:" + nobody.getLocalPort()));
			Heard heard = driver.open();
			Failure reason = heard.next("closed").reason();
			assertThat(reason.kind()).isEqualTo(Kind.UNAVAILABLE);
			assertThat(reason.message()).contains("Connection refused");
			driver.close();
		}
	}

	private Heard connected() throws InterruptedException {
		Heard heard = this.driver.open();
		heard.next("connected");
		return heard;
	}

	private Answer count(Heard heard) {
		Answer answer = this.driver.answer();
		RangeRead read = new RangeRead(RANGE.start(), RANGE.end(), 0, 0, RangeRead.Detail.COUNT,
				TransportDriver.PATIENCE);
		this.driver.tell(() -> heard.stream.read(read, answer));
		return answer;
	}

}
