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
		try (EndAtShutdown wait = EndAtShutdown.of(containers)) {
			if (wait.isOver()) {
				return;
			}
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

	/**
	 * Ends the wait when the JVM is to end: the context cannot be closed while it is
	 * refreshed, so that nothing else would.
	 */
	private static final class EndAtShutdown extends Thread implements AutoCloseable {

		private final Collection<EtcdWatchContainer<?>> containers;

		private boolean over;

		private EndAtShutdown(Collection<EtcdWatchContainer<?>> containers) {
			super("etcd-watch-startup");
			this.containers = containers;
		}

		static EndAtShutdown of(Collection<EtcdWatchContainer<?>> containers) {
			EndAtShutdown hook = new EndAtShutdown(List.copyOf(containers));
			try {
				Runtime.getRuntime().addShutdownHook(hook);
			}
			catch (IllegalStateException ex) {
				hook.over = true;
			}
			return hook;
		}

		/** Whether the JVM was about to end before the wait began. */
		boolean isOver() {
			return this.over;
		}

		@Override
		public void run() {
			for (EtcdWatchContainer<?> container : this.containers) {
				WatchRun<?> run = container.run();
				if (run != null) {
					run.news().endWait();
				}
			}
		}

		@Override
		public void close() {
			try {
				Runtime.getRuntime().removeShutdownHook(this);
			}
			catch (IllegalStateException ex) {
				logger.trace("The application ends while it starts");
			}
		}

	}

}
