package org.etcdevent.feed;

import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.etcdevent.WatchProblem;
import org.etcdevent.etcd.Failure;
import org.etcdevent.etcd.Loop;
import org.jspecify.annotations.Nullable;

/**
 * What the log says of the connection: a WARN when it is lost, or when it stays away for
 * another reason, and an INFO when it is restored. Where it comes and goes, one line a
 * minute counts how often. Loop only.
 */
final class OutageLog {

	private static final Log logger = LogFactory.getLog(OutageLog.class);

	private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

	private final Loop loop;

	private boolean down;

	/** Ends the minute after a line about a loss, {@code null} if that is over. */
	private Loop.@Nullable Timer minute;

	/** What the lines of this outage and of this minute were about. */
	private final Set<WatchProblem> said = EnumSet.noneOf(WatchProblem.class);

	/** How often the connection was lost in that minute without a line about it. */
	private int unsaid;

	/** The last of those losses. */
	private String last = "";

	/** Whether the line before this minute counted losses. */
	private boolean flapping;

	/** Whether the last line says that the connection is lost. */
	private boolean saidLost;

	OutageLog(Loop loop) {
		this.loop = loop;
	}

	boolean isDown() {
		return this.down;
	}

	/**
	 * There is no connection.
	 * @param what what is not there, and what happens meanwhile: the beginning of a line
	 * @param reason why
	 */
	void lost(String what, Failure reason) {
		String message = what + reason.message();
		boolean again = !this.down;
		this.down = true;
		if (this.said.add(reason.kind().problem())) {
			logger.warn(message);
			this.saidLost = true;
			awaitMinute();
		}
		else if (again) {
			this.unsaid++;
			this.last = message;
		}
		else {
			logger.debug(message);
		}
	}

	/** There is a connection again. */
	void restored() {
		this.down = false;
		if (this.minute == null) {
			this.said.clear();
		}
		if (this.unsaid == 0 && !this.flapping) {
			sayRestored();
		}
	}

	private void sayRestored() {
		if (this.saidLost) {
			this.saidLost = false;
			logger.info("The connection to etcd is restored");
		}
	}

	private void awaitMinute() {
		if (this.minute == null) {
			this.minute = this.loop.schedule(MINUTE, this::endMinute);
		}
	}

	private void endMinute() {
		this.minute = null;
		this.flapping = this.unsaid > 0;
		if (this.flapping) {
			String now = this.down ? "lost" : "restored";
			logger.warn("The connection to etcd comes and goes; further losses in a minute: " + this.unsaid + "; it is "
					+ now + " now. The last one: " + this.last);
			this.unsaid = 0;
			this.saidLost = this.down;
			awaitMinute();
		}
		else if (!this.down) {
			this.said.clear();
			sayRestored();
		}
	}

	/** Nobody needs the connection any more, until somebody does again. */
	void end() {
		if (this.minute != null) {
			this.minute.cancel();
			this.minute = null;
		}
		this.unsaid = 0;
		this.flapping = false;
		if (!this.down) {
			this.said.clear();
			sayRestored();
		}
	}

}
