package org.etcdevent.transport;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.List;

import io.grpc.Status;
import org.etcdevent.etcd.Failure;
import org.etcdevent.etcd.Failure.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Failures}.
 */
class FailuresTests {

	@ParameterizedTest
	@CsvSource({ "UNAVAILABLE, , UNAVAILABLE", "UNAVAILABLE, io exception, UNAVAILABLE",
			"UNAVAILABLE, etcdserver: no leader, NO_LEADER", "DEADLINE_EXCEEDED, , TIMEOUT",
			"UNAUTHENTICATED, etcdserver: invalid auth token, UNAUTHENTICATED", "UNAUTHENTICATED, , UNAUTHENTICATED",
			"INVALID_ARGUMENT, etcdserver: user name is empty, UNAUTHENTICATED",
			"INVALID_ARGUMENT, etcdserver: revision of auth store is old, UNAUTHENTICATED",
			"UNKNOWN, auth: revision in header is old, UNAUTHENTICATED",
			"PERMISSION_DENIED, etcdserver: permission denied, PERMISSION_DENIED",
			"OUT_OF_RANGE, etcdserver: mvcc: required revision has been compacted, COMPACTED",
			"OUT_OF_RANGE, etcdserver: mvcc: required revision is a future revision, OTHER",
			"UNKNOWN, rpc error: code = PermissionDenied desc = etcdserver: permission denied, PERMISSION_DENIED",
			"INTERNAL, , OTHER", "CANCELLED, , OTHER", "RESOURCE_EXHAUSTED, etcdserver: too many requests, OTHER" })
	void tellsKindsApart(Status.Code code, String description, Kind kind) {
		assertThat(Failures.of(code.toStatus().withDescription(description)).kind()).isEqualTo(kind);
	}

	@Test
	void anEndWithoutAnErrorIsAFailure() {
		assertThat(Failures.of(Status.OK)).isEqualTo(new Failure(Kind.OTHER, "etcd ended the stream"));
	}

	@Test
	void saysTheCauseRatherThanThatThereIsOne() {
		Throwable cause = new IllegalStateException("outer", new ConnectException("Connection refused: here"));
		Status status = Status.UNAVAILABLE.withDescription("io exception\nChannel Pipeline: []").withCause(cause);
		assertThat(Failures.of(status).message()).isEqualTo("UNAVAILABLE: io exception: Connection refused: here");
	}

	@Test
	void aCauseWithoutAMessageIsNamed() {
		Status status = Status.UNAVAILABLE.withCause(new ConnectException());
		assertThat(Failures.of(status).message()).isEqualTo("UNAVAILABLE: java.net.ConnectException");
	}

	@Test
	void whatAServerSaysIsEscapedAndCut() {
		String said = "\u001b[31mno\u202e\u2028" + "x".repeat(2_000);
		assertThat(List.of(Failures.of(Status.UNKNOWN.withDescription(said)),
				Failures.of(Status.UNKNOWN.withCause(new IllegalStateException(said))), Failures.ofReason(said)))
			.extracting(Failure::message)
			.allSatisfy((message) -> assertThat(message).contains("\\x1b[31mno\\xe2\\x80\\xae\\xe2\\x80\\xa8xxx")
				.endsWith("x…")
				.hasSize(500));
	}

	@ParameterizedTest
	@MethodSource
	void aServerThatHangsUpBeforeItIsConnectedMayDifferInTls(Status hungUp) {
		assertThat(Failures.of(hungUp, true, true).message())
			.endsWith("etcd may not serve TLS at this endpoint: use http:// in "
					+ "'etcd.event.endpoints' if it does not, or unset 'etcd.event.ssl.bundle' with dns+srv://");
		assertThat(Failures.of(hungUp, true, false).message())
			.endsWith("etcd may require TLS at this endpoint: use https:// in "
					+ "'etcd.event.endpoints' if it does, or set 'etcd.event.ssl.bundle' with dns+srv://");
		assertThat(Failures.of(hungUp, true, true).kind()).isEqualTo(Kind.UNAVAILABLE);
		assertThat(Failures.of(hungUp, false, true)).isEqualTo(Failures.of(hungUp));
	}

	static List<Status> aServerThatHangsUpBeforeItIsConnectedMayDifferInTls() {
		return List.of(Status.UNAVAILABLE.withDescription("Connection closed while performing TLS negotiation"),
				Status.UNAVAILABLE.withDescription("Network closed for unknown reason"),
				Status.UNAVAILABLE.withCause(new SocketException("Connection reset")),
				Status.UNAVAILABLE.withCause(new IOException("Broken pipe")));
	}

	@Test
	void whereNothingListensTlsIsNotTheReason() {
		for (Exception cause : List.of(new ConnectException("Connection refused"), new UnknownHostException("etcd"))) {
			Status status = Status.UNAVAILABLE.withCause(cause);
			assertThat(Failures.of(status, true, false)).isEqualTo(Failures.of(status));
		}
	}

	@Test
	void anEtcdThatAsksForAUserNamesTheProperties() {
		Status status = Status.INVALID_ARGUMENT.withDescription("etcdserver: user name is empty");
		assertThat(Failures.of(status).message())
			.endsWith("etcd requires a user: set 'etcd.event.username' and 'etcd.event.password'");
		assertThat(Failures.ofReason("etcdserver: user name is empty").message())
			.endsWith("etcd requires a user: set 'etcd.event.username' and 'etcd.event.password'");
	}

	@ParameterizedTest
	@CsvSource({ "'', OTHER", "etcdserver: permission denied, PERMISSION_DENIED",
			"rpc error: code = Unauthenticated desc = etcdserver: invalid auth token, UNAUTHENTICATED",
			"etcdserver: revision of auth store is old, UNAUTHENTICATED", "etcdserver: no leader, NO_LEADER" })
	void tellsReasonsOfAWatchApart(String reason, Kind kind) {
		Failure failure = Failures.ofReason(reason);
		assertThat(failure.kind()).isEqualTo(kind);
		assertThat(failure.message()).isNotEmpty();
	}

}
