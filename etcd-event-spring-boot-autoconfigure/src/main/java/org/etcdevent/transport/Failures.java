package org.etcdevent.transport;

import java.security.cert.CertificateException;
import java.util.Locale;

import javax.net.ssl.SSLException;

import io.grpc.Status;
import org.etcdevent.etcd.Failure;
import org.etcdevent.etcd.Failure.Kind;

/**
 * Tells what etcd and gRPC answer apart. Codes alone do not do: etcd wraps its reasons,
 * and says in words what a code does not.
 */
final class Failures {

	private static final Failure ENDED = new Failure(Kind.OTHER, "etcd ended the stream");

	private static final String TLS_ADVICE = "; for TLS, etcd must serve it at this endpoint, its certificate must name"
			+ " the endpoint's host, and the authority that signed it must be trusted by the SSL bundle of the etcd"
			+ " connection or, without a bundle, by the JVM's trust store";

	private Failures() {
	}

	static Failure of(Status status) {
		if (status.isOk()) {
			return ENDED;
		}
		String description = status.getDescription();
		Kind byWords = ofWords((description != null) ? description : "");
		if (byWords != Kind.OTHER) {
			return new Failure(byWords, message(status));
		}
		if (status.getCode() == Status.Code.UNAVAILABLE && isTls(status)) {
			return new Failure(Kind.TLS, message(status) + TLS_ADVICE);
		}
		return new Failure(ofCode(status.getCode()), message(status));
	}

	private static boolean isTls(Status status) {
		Throwable previous = null;
		for (Throwable cause = status.getCause(); cause != null && cause != previous; cause = cause.getCause()) {
			if (cause instanceof SSLException || cause instanceof CertificateException) {
				return true;
			}
			previous = cause;
		}
		return false;
	}

	/** What gRPC describes is often no more than that there is a cause. */
	private static String message(Status status) {
		StringBuilder message = new StringBuilder(status.getCode().toString());
		String description = status.getDescription();
		if (description != null) {
			message.append(": ").append(description.lines().findFirst().orElse(""));
		}
		Throwable root = null;
		for (Throwable cause = status.getCause(); cause != null && cause != root; cause = cause.getCause()) {
			root = cause;
		}
		if (root != null) {
			message.append(": ").append((root.getMessage() != null) ? root.getMessage() : root.getClass().getName());
		}
		return message.toString();
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
		if (words.contains("invalid auth token") || words.contains("revision of auth store is old")
				|| words.contains("revision in header is old") || words.contains("auth revision is old")
				|| words.contains("user name is empty") || words.contains("authentication failed")) {
			return Kind.UNAUTHENTICATED;
		}
		return Kind.OTHER;
	}

}
