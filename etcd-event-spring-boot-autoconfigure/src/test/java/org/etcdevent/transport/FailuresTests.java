package org.etcdevent.transport;

import java.net.ConnectException;

import io.grpc.Status;
import org.etcdevent.etcd.Failure;
import org.etcdevent.etcd.Failure.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
