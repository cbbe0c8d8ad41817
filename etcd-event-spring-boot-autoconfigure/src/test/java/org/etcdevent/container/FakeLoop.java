package org.etcdevent.container;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.etcdevent.etcd.Loop;

/**
 * A loop of a thread of its own, with the true clock.
 */
final class FakeLoop implements Loop {

	private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, (task) -> {
		Thread thread = new Thread(task, "fake-loop");
		thread.setDaemon(true);
		return thread;
	});

	@Override
	public void execute(Runnable task) {
		this.executor.execute(task);
	}

	@Override
	public Timer schedule(long delayNanos, Runnable task) {
		Future<?> future = this.executor.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
		return () -> future.cancel(false);
	}

	@Override
	public long nanoTime() {
		return System.nanoTime();
	}

}
