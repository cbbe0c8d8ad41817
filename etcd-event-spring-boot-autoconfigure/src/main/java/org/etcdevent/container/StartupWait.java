package org.etcdevent.container;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.etcdevent.WatchStatus;
import org.etcdevent.listener.EtcdWatchSettings;
import org.etcdevent.listener.EtcdWatchStartup;
import org.etcdevent.listener.EtcdWatchStartupException;
import org.etcdevent.listener.EtcdWatchStartupException.LateWatch;

/**
 * What the application's start does until its watches have attempted their initial state,
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
	 * @throws EtcdWatchStartupException if time ran out, and the start is to fail then
	 */
	void await(Collection<EtcdWatchContainer<?>> containers) {
		if (this.settings.startup() == EtcdWatchStartup.BACKGROUND) {
			return;
		}
		List<LateWatch> late = new ArrayList<>();
		try {
			long deadline = System.nanoTime() + this.settings.startupTimeout().toNanos();
			for (EtcdWatchContainer<?> container : containers) {
				WatchRun<?> run = container.run();
				if (run != null && !container.isPaused() && !run.news().awaitFirstState(deadline)) {
					late.add(late(container.definition().id(), run.subscription().status()));
				}
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return;
		}
		if (!late.isEmpty()) {
			warnOrFail(late);
		}
	}

	private void warnOrFail(List<LateWatch> late) {
		EtcdWatchStartupException failure = new EtcdWatchStartupException(this.settings.startupTimeout(), late);
		if (this.settings.startup() == EtcdWatchStartup.FAIL) {
			throw failure;
		}
		logger.warn(failure.getMessage() + " The application starts without it; they catch up");
	}

	private static LateWatch late(String id, WatchStatus status) {
		return new LateWatch(id, status.range(), status.state(), status.problem(), status.lastError());
	}

}
