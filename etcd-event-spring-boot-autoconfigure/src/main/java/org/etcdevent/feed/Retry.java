package org.etcdevent.feed;

import java.util.EnumSet;
import java.util.Set;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.etcdevent.KeyRange;
import org.etcdevent.etcd.Backoff;
import org.etcdevent.etcd.Failure;
import org.etcdevent.etcd.Loop;
import org.jspecify.annotations.Nullable;

/**
 * What keeps a range from being watched for a while: a wait after a failure, or a
 * question that has to be answered first. Loop only.
 */
final class Retry {

	private static final Log logger = LogFactory.getLog(Retry.class);

	private final KeyRange range;

	private final Loop loop;

	private final Backoff backoff;

	private final FeedStatus status;

	/** The wait or the question, {@code null} for none. */
	private Loop.@Nullable Timer pending;

	/** What there was a WARN about since an attempt succeeded. */
	private final Set<Failure.Kind> warned = EnumSet.noneOf(Failure.Kind.class);

	Retry(KeyRange range, Loop loop, Backoff backoff, FeedStatus status) {
		this.range = range;
		this.loop = loop;
		this.backoff = backoff;
		this.status = status;
	}

	boolean isPending() {
		return this.pending != null;
	}

	/** A question is under way; {@link #end()} says that it is not any more. */
	void await(Loop.Timer question) {
		this.pending = question;
	}

	void end() {
		if (this.pending != null) {
			this.pending.cancel();
			this.pending = null;
		}
	}

	/** An attempt failed: the next one starts the later, the more have failed. */
	void after(Failure reason, Runnable attempt) {
		long delay = this.backoff.next(reason.kind());
		this.pending = this.loop.schedule(delay, () -> {
			this.pending = null;
			attempt.run();
		});
		failed(reason);
	}

	/**
	 * One WARN a range and reason for what concerns it alone; the link speaks of the
	 * connection.
	 */
	void failed(Failure reason) {
		this.status.failed(this.backoff.failures(), reason);
		String message = "Cannot watch '" + this.range + "': " + reason.message() + "; retrying";
		// Also where an outage, which the link speaks of, was there first.
		if (!reason.isOutage() && this.warned.add(reason.kind())) {
			logger.warn(message);
		}
		else {
			logger.debug(message);
		}
	}

	/** The next failure is the first again. */
	void succeeded() {
		this.warned.clear();
		this.backoff.reset();
	}

}
