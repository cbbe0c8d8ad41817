package org.etcdevent.transport;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.etcd.jetcd.api.AuthenticateRequest;
import io.etcd.jetcd.api.AuthenticateResponse;
import io.etcd.jetcd.api.RangeResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import org.etcdevent.etcd.Failure;
import org.etcdevent.etcd.Failure.Kind;
import org.etcdevent.transport.TransportDriver.Answer;
import org.etcdevent.transport.TransportDriver.Heard;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Calls}: who gets a token, when, and what happens when it is not taken.
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
	void aTokenThatIsNotTakenIsReplacedOnceHoweverManyReadsFailWithIt() throws InterruptedException {
		try (this.etcd; TransportDriver driver = TransportDriver.withUser(this.etcd.endpoint())) {
			AtomicInteger tokens = new AtomicInteger();
			this.etcd.auth = (request, answer) -> OddEtcd.answer(answer, token("t" + tokens.incrementAndGet()));
			driver.read().page();
			BlockingQueue<StreamObserver<RangeResponse>> open = new LinkedBlockingQueue<>();
			this.etcd.range = (request, answer) -> open.add(answer);
			Answer early = driver.read();
			StreamObserver<RangeResponse> first = open.poll(10, TimeUnit.SECONDS);
			Answer late = driver.read();
			StreamObserver<RangeResponse> second = open.poll(10, TimeUnit.SECONDS);
			OddEtcd.refuse(first, Status.UNAUTHENTICATED.withDescription("etcdserver: invalid auth token"));
			assertThat(early.failure().kind()).isEqualTo(Kind.UNAUTHENTICATED);
			this.etcd.range = (request, answer) -> OddEtcd.answer(answer, RangeResponse.getDefaultInstance());
			driver.read().page();
			OddEtcd.refuse(second, Status.UNAUTHENTICATED.withDescription("etcdserver: invalid auth token"));
			assertThat(late.failure().kind()).isEqualTo(Kind.UNAUTHENTICATED);
			driver.read().page();
			assertThat(tokens).hasValue(2);
			assertThat(this.etcd.calls("Range")).extracting((call) -> call.header("token"))
				.containsExactly("t1", "t1", "t1", "t2", "t2");
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
			this.etcd.range = (request, answer) -> OddEtcd.refuse(answer,
					Status.INVALID_ARGUMENT.withDescription("etcdserver: user name is empty"));
			assertThat(driver.read().failure().kind()).isEqualTo(Kind.UNAUTHENTICATED);
			this.etcd.auth = (request, answer) -> OddEtcd.answer(answer, token("t1"));
			this.etcd.range = (request, answer) -> OddEtcd.answer(answer, RangeResponse.getDefaultInstance());
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
	void theTimeLimitOfAReadHoldsForItsTokenAsWell() {
		try (this.etcd; TransportDriver driver = TransportDriver.withUser(this.etcd.endpoint())) {
			this.etcd.auth = (request, answer) -> {
			};
			Answer patient = driver.read();
			Answer hasty = driver.read(100);
			assertThat(hasty.failure().kind()).isEqualTo(Kind.TIMEOUT);
			assertThat(patient.isDone()).isFalse();
		}
	}

	@Test
	void aConnectionInTroubleDoesNotHoldUpTheTokenOfTheOther() throws InterruptedException {
		try (this.etcd; TransportDriver driver = TransportDriver.withUser(this.etcd.endpoint())) {
			BlockingQueue<StreamObserver<AuthenticateResponse>> open = new LinkedBlockingQueue<>();
			this.etcd.auth = (request, answer) -> open.add(answer);
			Heard heard = driver.open();
			StreamObserver<AuthenticateResponse> silent = open.poll(10, TimeUnit.SECONDS);
			assertThat(silent).isNotNull();
			this.etcd.auth = (request, answer) -> OddEtcd.answer(answer, token("t1"));
			driver.read().page();
			heard.next("connected");
			OddEtcd.answer(silent, token("t0"));
			driver.read().page();
		}
	}

	private static AuthenticateResponse token(String token) {
		return AuthenticateResponse.newBuilder().setToken(token).build();
	}

}
