package org.etcdevent.transport;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

import io.etcd.jetcd.api.AuthenticateRequest;
import io.etcd.jetcd.api.AuthenticateResponse;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import org.etcdevent.KeyRange;
import org.etcdevent.etcd.Failure;
import org.etcdevent.etcd.Failure.Kind;
import org.etcdevent.transport.TransportDriver.Answer;
import org.etcdevent.transport.TransportDriver.Heard;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link Login}: who gets a token, when, and what happens when it is not taken.
 */
class AuthenticationTests {

	private final OddEtcd etcd = new OddEtcd();

	@Test
	void authenticatesOnceForAllWhoWaitAndSendsTheToken() {
		try (this.etcd; TransportDriver driver = TransportDriver.withUser(this.etcd.endpoint())) {
			List<AuthenticateRequest> requests = new CopyOnWriteArrayList<>();
			this.etcd.auth = (request, answer) -> {
				requests.add(request);
				OddEtcd.answer(answer, token("t1"));
			};
			List<Answer> answers = driver.ask(() -> IntStream.range(0, 5).mapToObj((i) -> driver.readNow()).toList());
			answers.forEach(Answer::page);
			assertThat(requests).singleElement().satisfies((request) -> {
				assertThat(request.getName()).isEqualTo("ann");
				assertThat(request.getPassword()).isEqualTo("s3cret");
			});
			assertThat(this.etcd.calls("Range")).hasSize(5).allSatisfy((call) -> {
				assertThat(call.header("token")).isEqualTo("t1");
				assertThat(call.header("hasleader")).isEqualTo("true");
			});
		}
	}

	@Test
	void aTokenThatHasExpiredIsReplacedOnceHoweverManyReadsAreRefusedWithItAndNobodyNotices()
			throws InterruptedException {
		try (this.etcd; TransportDriver driver = TransportDriver.withUser(this.etcd.endpoint())) {
			AtomicInteger tokens = new AtomicInteger();
			this.etcd.auth = (request, answer) -> OddEtcd.answer(answer, token("t" + tokens.incrementAndGet()));
			driver.read().page();
			Heard heard = driver.open();
			heard.next("connected");
			BlockingQueue<StreamObserver<RangeResponse>> open = new LinkedBlockingQueue<>();
			this.etcd.range = (request, answer) -> open.add(answer);
			Answer early = driver.read();
			StreamObserver<RangeResponse> first = open.poll(10, TimeUnit.SECONDS);
			Answer late = driver.read();
			StreamObserver<RangeResponse> second = open.poll(10, TimeUnit.SECONDS);
			this.etcd.range = (request, answer) -> OddEtcd.answer(answer, RangeResponse.getDefaultInstance());
			OddEtcd.refuse(first, Status.UNAUTHENTICATED.withDescription("etcdserver: invalid auth token"));
			early.page();
			OddEtcd.refuse(second, Status.UNAUTHENTICATED.withDescription("etcdserver: invalid auth token"));
			late.page();
			driver.read().page();
			assertThat(tokens).hasValue(2);
			assertThat(this.etcd.calls("Range")).extracting((call) -> call.header("token"))
				.containsExactly("t1", "t1", "t1", "t2", "t2", "t2");
			assertThat(this.etcd.connectionsEver).as("connections").hasValue(2);
			assertThat(heard.calls).isEmpty();
		}
	}

	@Test
	void aTokenThatEtcdNeverTakesIsARefusal() {
		try (this.etcd; TransportDriver driver = TransportDriver.withUser(this.etcd.endpoint())) {
			this.etcd.range = (request, answer) -> OddEtcd.refuse(answer,
					Status.UNAUTHENTICATED.withDescription("etcdserver: invalid auth token"));
			driver.read().failure();
			for (int i = 0; i < 20; i++) {
				assertThat(driver.read().failure().kind()).isEqualTo(Kind.UNAUTHENTICATED);
			}
			assertThat(this.etcd.calls("Authenticate")).hasSizeLessThan(4);
		}
	}

	@Test
	void refusedCredentialsCostOneLoginAtATimeHoweverManyRangesAskAndHoweverOften() throws InterruptedException {
		try (this.etcd; TransportDriver driver = TransportDriver.withUser(this.etcd.endpoint())) {
			this.etcd.auth = (request, answer) -> OddEtcd.refuse(answer,
					Status.INVALID_ARGUMENT.withDescription("etcdserver: authentication failed"));
			long begin = System.nanoTime();
			while (this.etcd.calls("Authenticate").size() < 4) {
				List<Answer> all = driver.ask(() -> IntStream.range(0, 52).mapToObj((i) -> driver.readNow()).toList());
				assertThat(all).allSatisfy(
						(answer) -> assertThat(answer.failure().message()).contains("does not let the user 'ann' in"));
			}
			// After 0.5, 1 and 2 s.
			assertThat(System.nanoTime() - begin).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(3_500));
			int connections = this.etcd.connectionsEver.get();
			assertThat(driver.open().next("closed").reason().kind()).isEqualTo(Kind.UNAUTHENTICATED);
			assertThat(this.etcd.connectionsEver).as("connections").hasValue(connections);
		}
	}

	@Test
	void otherCredentialsAreTriedAtOnce() throws InterruptedException {
		AtomicReference<TransportSettings> settings = new AtomicReference<>(user("ann", "wrong"));
		try (this.etcd; TransportDriver driver = new TransportDriver(settings::get, Names::lookUp)) {
			this.etcd.auth = (request, answer) -> {
				if (request.getPassword().equals("right")) {
					OddEtcd.answer(answer, token("t1"));
				}
				else {
					OddEtcd.refuse(answer, Status.INVALID_ARGUMENT.withDescription("authentication failed"));
				}
			};
			await().until(() -> {
				driver.read().failure();
				return this.etcd.calls("Authenticate").size() == 4;
			});
			// The next login would be in 4 s.
			long begin = System.nanoTime();
			settings.set(user("ann", "right"));
			await().pollInterval(Duration.ofMillis(50)).until(() -> {
				Answer answer = driver.read();
				await().until(answer::isDone);
				return answer.isPage();
			});
			driver.open().next("connected");
			assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(3));
			assertThat(this.etcd.calls("Authenticate")).hasSize(5);
		}
	}

	@Test
	void theNextConnectionUsesCredentialsThatWereRotated() throws InterruptedException {
		AtomicReference<TransportSettings> settings = new AtomicReference<>(user("ann", "old"));
		try (this.etcd; TransportDriver driver = new TransportDriver(settings::get, Names::lookUp)) {
			this.etcd.auth = (request, answer) -> OddEtcd.answer(answer, token("for " + request.getPassword()));
			driver.open().next("connected");
			settings.set(user("ann", "new"));
			driver.open().next("connected");
			await().until(() -> this.etcd.calls("Watch").size() == 2);
			assertThat(this.etcd.calls("Watch")).extracting((call) -> call.header("token"))
				.containsExactly("for old", "for new");
		}
	}

	@Test
	void aLoginThatIsSlowIsWaitedForInTheEnd() throws InterruptedException {
		try (this.etcd; TransportDriver driver = TransportDriver.withUser(this.etcd.endpoint())) {
			ScheduledExecutorService slow = Executors.newSingleThreadScheduledExecutor();
			this.etcd.auth = (request, answer) -> slow.schedule(() -> OddEtcd.answer(answer, token("t1")), 2_500,
					TimeUnit.MILLISECONDS);
			Heard heard = driver.open();
			Failure failure = heard.next("closed").reason();
			assertThat(failure)
				.isEqualTo(new Failure(Kind.TIMEOUT, "no answer to the login of the user 'ann' within 2 s"));
			driver.open().next("connected");
			assertThat(this.etcd.calls("Authenticate")).hasSize(2);
			slow.shutdownNow();
		}
	}

	@Test
	void aWrongPasswordIsToldWithoutThePassword() {
		try (this.etcd; TransportDriver driver = TransportDriver.withUser(this.etcd.endpoint())) {
			this.etcd.auth = (request, answer) -> OddEtcd.refuse(answer, Status.INVALID_ARGUMENT
				.withDescription("etcdserver: authentication failed, invalid user ID or password"));
			Failure failure = driver.read().failure();
			assertThat(failure.kind()).isEqualTo(Kind.UNAUTHENTICATED);
			assertThat(failure.message()).contains("does not let the user").doesNotContain("s3cret");
			assertThat(this.etcd.calls("Range")).isEmpty();
		}
	}

	@Test
	void aWrongPasswordEndsAStreamThatWaitsForItsToken() throws InterruptedException {
		try (this.etcd; TransportDriver driver = TransportDriver.withUser(this.etcd.endpoint())) {
			this.etcd.auth = (request, answer) -> OddEtcd.refuse(answer, Status.INVALID_ARGUMENT);
			Heard heard = driver.open();
			assertThat(heard.next("closed").reason().kind()).isEqualTo(Kind.UNAUTHENTICATED);
			assertThat(this.etcd.calls("Watch")).isEmpty();
		}
	}

	@Test
	void goesOnWithoutATokenWhereAuthenticationIsNotEnabledAndGetsOneOnceItIs() {
		try (this.etcd; TransportDriver driver = TransportDriver.withUser(this.etcd.endpoint())) {
			this.etcd.auth = (request, answer) -> OddEtcd.refuse(answer,
					Status.FAILED_PRECONDITION.withDescription("etcdserver: authentication is not enabled"));
			driver.read().page();
			driver.read().page();
			assertThat(this.etcd.calls("Authenticate")).hasSize(1);
			this.etcd.auth = (request, answer) -> OddEtcd.answer(answer, token("t1"));
			this.etcd.range = (request, answer) -> {
				if (this.etcd.calls("Range").get(this.etcd.calls("Range").size() - 1).header("token") == null) {
					OddEtcd.refuse(answer, Status.INVALID_ARGUMENT.withDescription("etcdserver: user name is empty"));
				}
				else {
					OddEtcd.answer(answer, RangeResponse.getDefaultInstance());
				}
			};
			driver.read().page();
			assertThat(this.etcd.calls("Range")).extracting((call) -> call.header("token"))
				.containsExactly(null, null, null, "t1");
		}
	}

	@Test
	void aStreamSendsTheTokenAndAnotherOneAfterEtcdDidNotTakeIt() throws InterruptedException {
		try (this.etcd; TransportDriver driver = TransportDriver.withUser(this.etcd.endpoint())) {
			AtomicInteger tokens = new AtomicInteger();
			this.etcd.auth = (request, answer) -> OddEtcd.answer(answer, token("t" + tokens.incrementAndGet()));
			driver.read().page();
			Heard heard = driver.open();
			heard.next("connected");
			this.etcd.stream().refused("rpc error: code = Unauthenticated desc = etcdserver: invalid auth token");
			assertThat(heard.next("canceled").reason().kind()).isEqualTo(Kind.UNAUTHENTICATED);
			driver.tell(heard.stream::close);
			driver.open().next("connected");
			assertThat(this.etcd.stream()).isNotNull();
			assertThat(this.etcd.calls("Watch")).extracting((call) -> call.header("token")).containsExactly("t1", "t2");
			assertThat(this.etcd.calls("Watch"))
				.allSatisfy((call) -> assertThat(call.header("hasleader")).isEqualTo("true"));
		}
	}

	@Test
	void aTokenThatHasExpiredLeavesTheWatchesThatAreThere() throws InterruptedException {
		try (this.etcd; TransportDriver driver = TransportDriver.withUser(this.etcd.endpoint())) {
			AtomicInteger tokens = new AtomicInteger();
			this.etcd.auth = (request, answer) -> OddEtcd.answer(answer, token("t" + tokens.incrementAndGet()));
			Heard heard = driver.open();
			heard.next("connected");
			OddWatch before = this.etcd.stream();
			driver.tell(() -> heard.stream.create(1, KeyRange.key("a"), 7, true));
			before.created(1);
			heard.next("created");
			driver.tell(() -> {
				heard.stream.create(2, KeyRange.key("b"), 7, true);
				heard.stream.create(3, KeyRange.key("c"), 7, true);
			});
			before.refused("etcdserver: invalid auth token");
			before.refused("etcdserver: invalid auth token");
			OddWatch after = this.etcd.stream();
			assertThat(after.next().getCreateRequest().getKey().toStringUtf8()).isEqualTo("b");
			assertThat(after.next().getCreateRequest().getKey().toStringUtf8()).isEqualTo("c");
			after.created(2);
			after.created(3);
			before.events(1, false, 101);
			after.events(2, false, 102);
			assertThat(List.of(heard.next("created").watchId(), heard.next("created").watchId())).containsExactly(2L,
					3L);
			assertThat(List.of(heard.next("events").watchId(), heard.next("events").watchId()))
				.containsExactlyInAnyOrder(1L, 2L);
			assertThat(this.etcd.calls("Watch")).extracting((call) -> call.header("token")).containsExactly("t1", "t2");
			assertThat(this.etcd.connectionsEver).hasValue(1);
			driver.tell(heard.stream::requestProgress);
			before.progress(-1);
			after.progress(-1);
			heard.next("progress");
			driver.tell(() -> heard.stream.cancel(1));
			before.say(WatchResponse.newBuilder().setWatchId(1).setCanceled(true));
			assertThat(heard.next("canceled").watchId()).isEqualTo(1);
			assertThat(before.over.await(10, TimeUnit.SECONDS)).isTrue();
			after.progress(-1);
			heard.next("progress");
			assertThat(heard.calls).isEmpty();
		}
	}

	@Test
	void aTokenThatIsNotTakenForTheFirstWatchIsTheEndOfTheStream() throws InterruptedException {
		try (this.etcd; TransportDriver driver = TransportDriver.withUser(this.etcd.endpoint())) {
			Heard heard = driver.open();
			heard.next("connected");
			driver.tell(() -> heard.stream.create(1, KeyRange.key("a"), 7, true));
			this.etcd.stream().refused("etcdserver: invalid auth token");
			assertThat(heard.next("canceled").reason().kind()).isEqualTo(Kind.UNAUTHENTICATED);
		}
	}

	@Test
	void aLoginThatIsNotAnsweredOnOneConnectionIsMadeOnTheOther() throws InterruptedException {
		try (this.etcd; TransportDriver driver = TransportDriver.withUser(this.etcd.endpoint())) {
			BlockingQueue<StreamObserver<AuthenticateResponse>> open = new LinkedBlockingQueue<>();
			this.etcd.auth = (request, answer) -> open.add(answer);
			Heard heard = driver.open();
			StreamObserver<AuthenticateResponse> silent = open.poll(10, TimeUnit.SECONDS);
			assertThat(silent).isNotNull();
			this.etcd.auth = (request, answer) -> OddEtcd.answer(answer, token("t1"));
			driver.read().page();
			assertThat(heard.next("closed").reason().kind()).isEqualTo(Kind.TIMEOUT);
			OddEtcd.answer(silent, token("t0"));
			driver.read().page();
			assertThat(this.etcd.calls("Range")).extracting((call) -> call.header("token")).containsExactly("t1", "t1");
		}
	}

	@Test
	void aStreamThatIsClosedWhileItLogsInLetsOthersLogIn() throws InterruptedException {
		try (this.etcd; TransportDriver driver = TransportDriver.withUser(this.etcd.endpoint())) {
			BlockingQueue<StreamObserver<AuthenticateResponse>> open = new LinkedBlockingQueue<>();
			this.etcd.auth = (request, answer) -> open.add(answer);
			Heard heard = driver.open();
			assertThat(open.poll(10, TimeUnit.SECONDS)).isNotNull();
			this.etcd.auth = (request, answer) -> OddEtcd.answer(answer, token("t1"));
			driver.tell(heard.stream::close);
			driver.read().page();
			assertThat(heard.calls).isEmpty();
		}
	}

	private TransportSettings user(String name, String password) {
		return new TransportSettings(List.of(this.etcd.endpoint()), name, password, null);
	}

	private static AuthenticateResponse token(String token) {
		return AuthenticateResponse.newBuilder().setToken(token).build();
	}

}
