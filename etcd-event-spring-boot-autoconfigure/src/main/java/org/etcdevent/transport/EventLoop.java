package org.etcdevent.transport;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.etcdevent.etcd.Loop;

/**
 * The one thread of connections, feeds and timers.
 */
final class EventLoop implements Loop {

	private static final Log logger = LogFactory.getLog(EventLoop.class);

	private static final long SHUTDOWN_SECONDS = 2;

	private static final int LIMIT_PARTS = 4;

	private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1,
			new DefaultThreadFactory("etcd-event-loop", true), NioIoHandler.newFactory());

	private final io.netty.channel.EventLoop thread = this.group.next();

	EventLoopGroup group() {
		return this.group;
	}

	boolean isCurrent() {
		return this.thread.inEventLoop();
	}

	@Override
	public void execute(Runnable task) {
		try {
			this.thread.execute(guarded(task));
		}
		catch (RejectedExecutionException ex) {
			logger.trace("A task came after the end of the loop");
		}
	}

	@Override
	public Timer schedule(long delayNanos, Runnable task) {
		try {
			Future<?> future = this.thread.schedule(guarded(task), delayNanos, TimeUnit.NANOSECONDS);
			return () -> future.cancel(false);
		}
		catch (RejectedExecutionException ex) {
			logger.trace("A timer came after the end of the loop");
			return () -> {
			};
		}
	}

	/**
	 * Runs a task unless it is canceled in time. In parts, so that a loop that stood
	 * still, as at the loading of classes, costs one of them only.
	 */
	Timer limit(long nanos, Runnable task) {
		SingleAnswer limit = new SingleAnswer();
		limitPart(limit, nanos / LIMIT_PARTS, LIMIT_PARTS, task);
		return limit;
	}

	private void limitPart(SingleAnswer limit, long part, int left, Runnable task) {
		limit.current = schedule(part, () -> {
			if (left > 1) {
				limitPart(limit, part, left - 1, task);
			}
			else {
				limit.once(task);
			}
		});
	}

	@Override
	public long nanoTime() {
		return System.nanoTime();
	}

	/** Ends the thread once what waits was done; waits for it unless called on it. */
	void close() {
		Future<?> ended = this.group.shutdownGracefully(0, SHUTDOWN_SECONDS, TimeUnit.SECONDS);
		if (!isCurrent()) {
			try {
				ended.get(2 * SHUTDOWN_SECONDS, TimeUnit.SECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			catch (ExecutionException | TimeoutException ex) {
				logger.warn("The thread etcd-event-loop did not end", ex);
			}
		}
	}

	private static Runnable guarded(Runnable task) {
		return () -> {
			try {
				task.run();
			}
			catch (RuntimeException | Error ex) {
				logger.error("A task of the event loop failed", ex);
			}
		};
	}

}
