package org.etcdevent.listener;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.etcdevent.EtcdSyncTimeoutException;
import org.etcdevent.core.WatchStatus;

/**
 * What the application's start does until its watches have attempted their first state,
 * with one deadline for all.
 */
final class StartupWait {

	private static final Log logger = LogFactory.getLog(StartupWait.class);

	private final EtcdWatchSettings settings;

	StartupWait(EtcdWatchSettings settings) {
		this.settings = settings;
	}

	/**
	 * Waits, if that is wanted.
	 * @param containers those that were started
	 * @throws EtcdSyncTimeoutException if time ran out, and the start is to fail then
	 */
	void await(Collection<EtcdWatchContainer<?>> containers) {
		if (this.settings.startup() == EtcdWatchStartup.BACKGROUND) {
			return;
		}
		List<String> late = new ArrayList<>();
		try {
			long deadline = System.nanoTime() + this.settings.startupTimeout().toNanos();
			for (EtcdWatchContainer<?> container : containers) {
				WatchRun<?> run = container.run();
				if (run != null && !container.isPaused() && !run.news().awaitFirstState(deadline)) {
					late.add(described(container.definition().id(), run.subscription().status()));
				}
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return;
		}
		if (!late.isEmpty()) {
			tell("After " + this.settings.startupTimeout().toMillis()
					+ " ms (etcd.event.watch.startup-timeout) not every watch has told its first state; missing: "
					+ String.join(", ", late) + ". Is etcd reachable (etcd.event.endpoints), may the user read the "
					+ "range, do the methods return?");
		}
	}

	private void tell(String message) {
		if (this.settings.startup() == EtcdWatchStartup.FAIL) {
			throw new EtcdSyncTimeoutException(message, null);
		}
		logger.warn(message + " The application starts without, and they catch up");
	}

	private static String described(String id, WatchStatus status) {
		String error = status.lastError();
		return "'" + id + "' (" + status.state() + ((error != null) ? ": " + error : "") + ")";
	}

}
