package org.etcdevent.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.ResponseOp;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import io.grpc.ConnectivityState;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import org.etcdevent.etcd.Failure;
import org.etcdevent.etcd.Failure.Kind;
import org.etcdevent.etcd.Key;
import org.etcdevent.etcd.Page;
import org.etcdevent.etcd.RangeRead;
import org.etcdevent.etcd.Stamp;
import org.etcdevent.transport.OddEtcd.Call;
import org.etcdevent.transport.TransportDriver.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the reads of {@link GrpcTransport}, against a server that misbehaves.
 */
class GrpcTransportTests {

	@Test
	void readsPageAfterPageAtOneRevision() {
		try (OddEtcd etcd = new OddEtcd(); TransportDriver driver = new TransportDriver(etcd.endpoint())) {
			List<RangeRequest> requests = new CopyOnWriteArrayList<>();
			etcd.range = (request, answer) -> {
				requests.add(request);
				int from = Integer.parseInt(request.getKey().toStringUtf8().trim());
				RangeResponse.Builder page = RangeResponse.newBuilder().setHeader(OddWatch.HEADER).setCount(5);
				IntStream.range(from, Math.min(from + 2, 5)).forEach((i) -> page.addKvs(pair("" + i, 50 + i)));
				OddEtcd.answer(answer, page.setMore(from + 2 < 5).build());
			};
			List<Page> pages = new ArrayList<>();
			for (byte from : new byte[] { '0', '2', '4' }) {
				pages.add(
						driver
							.read(new RangeRead(new byte[] { from }, new byte[] { 'z' }, 100, 2, RangeRead.Detail.ALL,
									TransportDriver.PATIENCE))
							.page());
			}
			assertThat(pages).extracting(Page::more).containsExactly(true, true, false);
			assertThat(pages).flatExtracting(Page::entries).hasSize(5);
			assertThat(pages).allSatisfy((page) -> {
				assertThat(page.stamp()).isEqualTo(new Stamp(7, 100, 3));
				assertThat(page.count()).isEqualTo(5);
			});
			assertThat(requests).allSatisfy((request) -> {
				assertThat(request.getRevision()).isEqualTo(100);
				assertThat(request.getLimit()).isEqualTo(2);
			});
			assertThat(etcd.connectionsEver).hasValue(1);
		}
	}

	@Test
	void requiresALeaderAndSendsNoTokenWithoutAUser() {
		try (OddEtcd etcd = new OddEtcd(); TransportDriver driver = new TransportDriver(etcd.endpoint())) {
			driver.read().page();
			Call call = etcd.calls("Range").get(0);
			assertThat(call.header("hasleader")).isEqualTo("true");
			assertThat(call.header("token")).isNull();
			assertThat(etcd.calls("Authenticate")).isEmpty();
		}
	}

	@Test
	void readsAnAnswerAboveGrpcsOwnLimit() {
		try (OddEtcd etcd = new OddEtcd(); TransportDriver driver = new TransportDriver(etcd.endpoint())) {
			ByteString value = ByteString.copyFrom(new byte[6_000_000]);
			etcd.range = (request, answer) -> OddEtcd.answer(answer,
					RangeResponse.newBuilder().addKvs(KeyValue.newBuilder().setValue(value)).build());
			assertThat(driver.read().page().bytes()).isGreaterThan(value.size());
		}
	}

	@Test
	void readsKeysInAsManyTransactionsAsTheyNeedAndLeavesOutThoseThatAreGone() {
		try (OddEtcd etcd = new OddEtcd(); TransportDriver driver = new TransportDriver(etcd.endpoint())) {
			List<TxnRequest> requests = new CopyOnWriteArrayList<>();
			etcd.txn = (request, answer) -> {
				requests.add(request);
				OddEtcd.answer(answer, evenKeys(request));
			};
			List<Key> keys = IntStream.range(0, 300).mapToObj((i) -> new Key(("" + i).getBytes(UTF_8))).toList();
			Page page = driver.readKeys(keys, 77).page();
			assertThat(page.entries()).hasSize(150);
			assertThat(page.entries()).extracting((entry) -> new String(entry.key().bytes(), UTF_8))
				.startsWith("0", "2", "4")
				.endsWith("298");
			assertThat(page.more()).isFalse();
			assertThat(page.stamp()).isEqualTo(new Stamp(7, 100, 3));
			assertThat(requests).extracting(TxnRequest::getSuccessCount).containsExactly(128, 128, 44);
			assertThat(requests).allSatisfy(
					(request) -> assertThat(request.getSuccess(0).getRequestRange().getRevision()).isEqualTo(77));
		}
	}

	@Test
	void aCanceledReadIsNotAnsweredAndItsCallEnds() throws InterruptedException {
		try (OddEtcd etcd = new OddEtcd(); TransportDriver driver = new TransportDriver(etcd.endpoint())) {
			CountDownLatch canceled = new CountDownLatch(1);
			CountDownLatch asked = new CountDownLatch(1);
			etcd.range = (request, answer) -> {
				Context.current().addListener((context) -> canceled.countDown(), Runnable::run);
				asked.countDown();
			};
			Answer answer = driver.read();
			assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
			driver.tell(answer.cancel::cancel);
			driver.tell(answer.cancel::cancel);
			assertThat(canceled.await(10, TimeUnit.SECONDS)).isTrue();
			driver.tell(() -> {
			});
			assertThat(answer.isDone()).isFalse();
		}
	}

	@Test
	void aReadThatIsNotAnsweredFailsInItsTimeAndTheNextGoesElsewhere() {
		try (OddEtcd one = new OddEtcd();
				OddEtcd other = new OddEtcd();
				TransportDriver driver = new TransportDriver(one.endpoint(), other.endpoint())) {
			one.range = (request, answer) -> {
			};
			other.range = one.range;
			for (int i = 0; i < 2; i++) {
				assertThat(driver.read(200).failure())
					.isEqualTo(new Failure(Kind.TIMEOUT, "DEADLINE_EXCEEDED: no answer in time"));
			}
			assertThat(one.calls("Range")).hasSize(1);
			assertThat(other.calls("Range")).hasSize(1);
		}
	}

	@Test
	void aReadThatFindsNoConnectionFailsAndSaysWhy() throws IOException {
		try (Socket nobody = refusing(); TransportDriver driver = new TransportDriver(endpoint(nobody))) {
			Failure failure = driver.read().failure();
			assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
			assertThat(failure.message()).contains("Connection refused");
		}
	}

	@ParameterizedTest
	@EnumSource(value = Status.Code.class, names = { "UNAVAILABLE", "INTERNAL", "UNIMPLEMENTED", "DATA_LOSS" })
	void aMemberThatFailsOnItsOwnAccountIsNotTheNextOneToBeAsked(Status.Code code) {
		try (OddEtcd one = new OddEtcd();
				OddEtcd other = new OddEtcd();
				TransportDriver driver = new TransportDriver(one.endpoint(), other.endpoint())) {
			one.range = (request, answer) -> OddEtcd.refuse(answer, code.toStatus());
			other.range = one.range;
			for (int i = 0; i < 4; i++) {
				assertThat(driver.read().failure().message()).startsWith(code.toString());
			}
			assertThat(one.calls("Range")).hasSize(2);
			assertThat(other.calls("Range")).hasSize(2);
		}
	}

	@Test
	void anAnswerThatDependsOnTheRangeAloneKeepsTheConnection() {
		try (OddEtcd etcd = new OddEtcd(); TransportDriver driver = new TransportDriver(etcd.endpoint())) {
			etcd.range = (request, answer) -> OddEtcd.refuse(answer,
					Status.PERMISSION_DENIED.withDescription("etcdserver: permission denied"));
			assertThat(driver.read().failure().kind()).isEqualTo(Kind.PERMISSION_DENIED);
			etcd.range = (request, answer) -> OddEtcd.refuse(answer,
					Status.OUT_OF_RANGE.withDescription("etcdserver: mvcc: required revision has been compacted"));
			assertThat(driver.read().failure().kind()).isEqualTo(Kind.COMPACTED);
			etcd.range = (request, answer) -> OddEtcd.answer(answer, RangeResponse.getDefaultInstance());
			driver.read().page();
			assertThat(etcd.connectionsEver).hasValue(1);
		}
	}

	@Test
	void unavailableWithoutADescriptionIsAFailureLikeOthers() {
		try (OddEtcd etcd = new OddEtcd(); TransportDriver driver = new TransportDriver(etcd.endpoint())) {
			etcd.range = (request, answer) -> OddEtcd.refuse(answer, Status.UNAVAILABLE);
			assertThat(driver.read().failure()).isEqualTo(new Failure(Kind.UNAVAILABLE, "UNAVAILABLE"));
		}
	}

	@Test
	void anAnswerThatCannotBeReadIsAFailureThatSaysSo() {
		try (OddEtcd etcd = new OddEtcd(); TransportDriver driver = new TransportDriver(etcd.endpoint())) {
			etcd.range = (request, answer) -> OddEtcd.answer(answer, damaged());
			Failure failure = driver.read().failure();
			assertThat(failure.kind()).isEqualTo(Kind.OTHER);
			assertThat(failure.message()).contains("ended unexpectedly");
		}
	}

	@Test
	void aCallOnAChannelThatHasFailedIsAnsweredAsAnyOther() throws IOException {
		try (Socket nobody = refusing(); TransportDriver driver = new TransportDriver(endpoint(nobody))) {
			TransportSettings settings = new TransportSettings(List.of(endpoint(nobody)), null, null, null);
			EventLoop loop = (EventLoop) driver.transport.loop();
			Channels channels = new Channels(settings, loop, List.of());
			ManagedChannel channel = driver.ask(() -> channels.open(settings, endpoint(nobody),
					new InetSocketAddress("127.0.0.1", nobody.getLocalPort())));
			for (int i = 0; i < 2; i++) {
				CompletableFuture<Status> answer = new CompletableFuture<>();
				driver.tell(() -> UnaryCall.start(loop, channel, Wire.RANGE, RangeRequest.getDefaultInstance(),
						new Metadata(), TransportDriver.PATIENCE, (page) -> {
						}, answer::complete));
				assertThat(TransportDriver.get(answer).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
				// Where the second call ends inside its start.
				await().until(() -> channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE);
			}
			driver.tell(channels::close);
		}
	}

	@Test
	void endpointsAreCheckedWithoutTellingSecrets() {
		assertThatIllegalArgumentException().isThrownBy(() -> new TransportDriver(List.<URI>of().toArray(URI[]::new)))
			.withMessageContaining("no etcd endpoint");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new TransportDriver(URI.create("http://ann:s3cret@localhost:2379")))
			.withMessageNotContaining("s3cret");
	}

	/** Has a field that the server knows nothing of, and the client takes for keys. */
	private static RangeResponse damaged() {
		ByteString keyCutOff = ByteString.copyFrom(new byte[] { 0x0a, 0x7f });
		return RangeResponse.newBuilder()
			.setUnknownFields(UnknownFieldSet.newBuilder()
				.addField(2, UnknownFieldSet.Field.newBuilder().addLengthDelimited(keyCutOff).build())
				.build())
			.build();
	}

	/** Has a port, and does not listen. */
	private static Socket refusing() throws IOException {
		Socket socket = new Socket();
		socket.bind(new InetSocketAddress("127.0.0.1", 0));
		return socket;
	}

	private static URI endpoint(Socket socket) {
		return URI.create("http://127.0.0.1:" + socket.getLocalPort());
	}

	private static KeyValue pair(String key, long modRevision) {
		return KeyValue.newBuilder().setKey(ByteString.copyFromUtf8(key)).setModRevision(modRevision).build();
	}

	private static TxnResponse evenKeys(TxnRequest request) {
		TxnResponse.Builder response = TxnResponse.newBuilder().setHeader(OddWatch.HEADER).setSucceeded(true);
		for (RequestOp operation : request.getSuccessList()) {
			RangeResponse.Builder range = RangeResponse.newBuilder();
			String key = operation.getRequestRange().getKey().toStringUtf8();
			if (Integer.parseInt(key) % 2 == 0) {
				range.addKvs(pair(key, 60));
			}
			response.addResponses(ResponseOp.newBuilder().setResponseRange(range));
		}
		return response.build();
	}

}
