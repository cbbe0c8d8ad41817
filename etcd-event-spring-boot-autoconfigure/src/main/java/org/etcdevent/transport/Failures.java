package org.etcdevent.transport;

import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.util.Locale;

import javax.net.ssl.SSLException;

import io.grpc.Status;
import org.etcdevent.KeyRange;
import org.etcdevent.etcd.Failure;
import org.etcdevent.etcd.Failure.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Classifies what etcd and gRPC answer. Codes alone are not enough: etcd wraps its
 * reasons, and says in words what a code does not.
 */
final class Failures {

	private static final Failure ENDED = new Failure(Kind.OTHER, "etcd ended the stream");

	private static final String TLS_ADVICE = "; for TLS, etcd must serve it at this endpoint, its certificate must name"
			+ " the endpoint's host, and the authority that signed it must be trusted by the SSL bundle of the etcd"
			+ " connection or, without a bundle, by the JVM's trust store";

	private static final String USER_ADVICE = "; etcd requires a user: set 'etcd.event.username' and"
			+ " 'etcd.event.password'";

	private static final String PLAINTEXT_ADVICE = "; etcd may not serve TLS at this endpoint: use http:// in"
			+ " 'etcd.event.endpoints' if it does not, or unset 'etcd.event.ssl.bundle' with dns+srv://";

	private static final String HTTPS_ADVICE = "; etcd may require TLS at this endpoint: use https:// in"
			+ " 'etcd.event.endpoints' if it does, or set 'etcd.event.ssl.bundle' with dns+srv://";

	/** What gRPC says where the other side hangs up during the TLS handshake. */
	private static final String NO_HANDSHAKE = "while performing TLS negotiation";

	/** What gRPC says where the other side hangs up. */
	private static final String HUNG_UP = "Network closed for unknown reason";

	/** Of what a server says: enough for any reason, not for flooding a log. */
	private static final int MAX_LENGTH = 500;

	private Failures() {
	}

	/**
	 * Why a call on a channel failed.
	 * @param status what gRPC says
	 * @param unconnected whether the channel did not get connected: then one side may
	 * lack TLS, which it does not say
	 * @param tls whether the channel uses TLS
	 */
	static Failure of(Status status, boolean unconnected, boolean tls) {
		Failure failure = of(status);
		return (unconnected && failure.kind() == Kind.UNAVAILABLE && isHungUp(status))
				? new Failure(failure.kind(), failure.message() + (tls ? PLAINTEXT_ADVICE : HTTPS_ADVICE)) : failure;
	}

	private static boolean isHungUp(Status status) {
		String description = String.valueOf(status.getDescription());
		if (description.equals(HUNG_UP) || description.contains(NO_HANDSHAKE)) {
			return true;
		}
		Throwable root = root(status);
		// Not those of their kind that say that nothing listens there.
		return root != null && (root.getClass() == SocketException.class || root.getClass() == IOException.class);
	}

	static Failure of(Status status) {
		if (status.isOk()) {
			return ENDED;
		}
		String description = status.getDescription();
		Kind byWords = ofWords((description != null) ? description : "");
		if (byWords != Kind.OTHER) {
			return new Failure(byWords, message(status) + advice(description));
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
		Throwable root = root(status);
		if (root != null) {
			message.append(": ").append((root.getMessage() != null) ? root.getMessage() : root.getClass().getName());
		}
		return printable(message.toString());
	}

	private static @Nullable Throwable root(Status status) {
		Throwable root = null;
		for (Throwable cause = status.getCause(); cause != null && cause != root; cause = cause.getCause()) {
			root = cause;
		}
		return root;
	}

	static Failure ofReason(String reason) {
		return new Failure(ofWords(reason),
				reason.isEmpty() ? "etcd gave no reason" : printable(reason) + advice(reason));
	}

	private static String advice(@Nullable String description) {
		return (description != null && description.contains("user name is empty")) ? USER_ADVICE : "";
	}

	/** What others wrote must not forge or hide a line of the log, nor fill it. */
	private static String printable(String text) {
		String start = (text.length() > MAX_LENGTH) ? text.substring(0, MAX_LENGTH) : text;
		String printable = KeyRange.printable(start.getBytes(StandardCharsets.UTF_8));
		return (printable.length() > MAX_LENGTH || start.length() < text.length())
				? printable.substring(0, MAX_LENGTH - 1) + "…" : printable;
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
