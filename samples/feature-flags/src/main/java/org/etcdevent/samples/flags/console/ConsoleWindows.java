package org.etcdevent.samples.flags.console;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.etcdevent.samples.flags.EventLog;

import org.springframework.context.SmartLifecycle;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * The open browser windows. Each has a thread that sends the latest state, soon after an
 * event and a few times per second otherwise, so that a slow window delays no other one.
 * They are closed before the web server waits for its requests to end.
 */
@Component
class ConsoleWindows implements SmartLifecycle {

	private static final long SHORTEST_PAUSE = 50;

	private static final long LONGEST_PAUSE = 250;

	private final EventLog events;

	private volatile boolean running;

	ConsoleWindows(EventLog events) {
		this.events = events;
	}

	SseEmitter open(Supplier<ConsoleState> state) {
		SseEmitter window = new SseEmitter(0L);
		new SimpleAsyncTaskExecutor("console-").execute(() -> send(window, state));
		return window;
	}

	private void send(SseEmitter window, Supplier<ConsoleState> state) {
		try {
			while (this.running) {
				ConsoleState now = state.get();
				window.send(now);
				TimeUnit.MILLISECONDS.sleep(SHORTEST_PAUSE);
				this.events.awaitNews(now.newestEvent(), LONGEST_PAUSE - SHORTEST_PAUSE);
			}
			window.complete();
		}
		catch (IOException | IllegalStateException ex) {
			// The window is closed.
		}
		catch (InterruptedException ex) {
			window.complete();
		}
	}

	@Override
	public void start() {
		this.running = true;
	}

	@Override
	public void stop() {
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

}
