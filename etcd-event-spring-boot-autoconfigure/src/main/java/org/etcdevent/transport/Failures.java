package org.etcdevent.transport;

import java.util.Locale;

import io.grpc.Status;
import org.etcdevent.feed.Failure;
import org.etcdevent.feed.Failure.Kind;

/**
 * Tells what etcd and gRPC answer apart. Codes alone do not do: etcd wraps its reasons,
 * and says in words what a code does not.
 */
final class Failures {

	private static final Failure ENDED = new Failure(Kind.OTHER, "etcd ended the stream");

	private Failures() {
	}

	static Failure of(Status status) {
		if (status.isOk()) {
			return ENDED;
		}
		String description = status.getDescription();
		String message = status.getCode() + ((description != null) ? ": " + description : "");
		Kind byWords = ofWords((description != null) ? description : "");
		return new Failure((byWords != Kind.OTHER) ? byWords : ofCode(status.getCode()), message);
	}

	static Failure ofReason(String reason) {
		return new Failure(ofWords(reason), reason.isEmpty() ? "etcd gave no reason" : reason);
	}

	private static Kind ofCode(Status.Code code) {
		return switch (code) {
			case UNAVAILABLE -> Kind.UNAVAILABLE;
			case DEADLINE_EXCEEDED -> Kind.TIMEOUT;
			case UNAUTHENTICATED -> Kind.UNAUTHENTICATED;
			case PERMISSION_DENIED -> Kind.PERMISSION_DENIED;
			default -> Kind.OTHER;
		};
	}

	private static Kind ofWords(String text) {
		String words = text.toLowerCase(Locale.ROOT);
		if (words.contains("has been compacted")) {
			return Kind.COMPACTED;
		}
		if (words.contains("no leader")) {
			return Kind.NO_LEADER;
		}
		if (words.contains("permission denied")) {
			return Kind.PERMISSION_DENIED;
		}
		if (words.contains("invalid auth token") || words.contains("revision in auth token")
				|| words.contains("auth revision is old") || words.contains("user name is empty")
				|| words.contains("authentication failed")) {
			return Kind.UNAUTHENTICATED;
		}
		return Kind.OTHER;
	}

}
