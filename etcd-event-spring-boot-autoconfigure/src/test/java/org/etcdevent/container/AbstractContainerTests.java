package org.etcdevent.container;

import java.time.Duration;
import java.util.List;

import org.etcdevent.EtcdDecoder;
import org.etcdevent.EtcdUpdate;
import org.etcdevent.KeyRange;
import org.etcdevent.listener.EtcdWatchErrorHandler;
import org.etcdevent.listener.EtcdWatchErrorHandler.Decision;
import org.etcdevent.listener.EtcdWatchHandler;
import org.etcdevent.listener.EtcdWatchRegistration;
import org.etcdevent.listener.RetrySettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/**
 * One container over an etcd in memory, and what it told.
 */
@Timeout(30)
abstract class AbstractContainerTests {

	static final Duration TIMEOUT = Duration.ofSeconds(5);

	final FakeEtcd etcd = new FakeEtcd();

	final List<String> calls = FakeEtcd.list();

	final List<String> outcomes = FakeEtcd.list();

	final List<Object> events = FakeEtcd.list();

	/** All threads that were made. */
	final List<Thread> threads = FakeEtcd.list();

	EtcdWatchErrorHandler errorHandler = (failure) -> Decision.RETRY;

	RetrySettings retry = new RetrySettings(Duration.ofMillis(20), 2, Duration.ofMillis(50), 0);

	int concurrency = 1;

	Runnable beforeEachThread = () -> {
	};

	EtcdWatchContainer<String> container;

	@AfterEach
	void stopContainer() {
		if (this.container != null) {
			stop(Duration.ofMillis(100));
		}
	}

	void start(EtcdWatchHandler<EtcdUpdate<String>> handler) {
		create(handler);
		this.container.start();
	}

	void create(EtcdWatchHandler<EtcdUpdate<String>> handler) {
		create(registration().onUpdate(handler));
	}

	EtcdWatchRegistration.Builder<String> registration() {
		return EtcdWatchRegistration.of("w", KeyRange.prefix("a/"), EtcdDecoder.text()).concurrency(this.concurrency);
	}

	void create(EtcdWatchRegistration<String> registration) {
		WatchDefinition<String> definition = WatchDefinition.of(registration, WatchTestContext::decoder,
				this.errorHandler);
		this.container = new EtcdWatchContainer<>(definition, this.etcd.values(), this::thread, () -> true,
				new WatchEvents(this.events::add, FakeEtcd.threads()), this.retry,
				List.of((id, outcome, nanos) -> this.outcomes.add(outcome.name())));
	}

	Thread thread(Runnable task) {
		this.beforeEachThread.run();
		Thread thread = FakeEtcd.threads().newThread(task);
		this.threads.add(thread);
		return thread;
	}

	void stop(Duration timeout) {
		WatchRun<String> run = this.container.stop();
		if (run != null) {
			RunStop.await(List.of(run), timeout);
		}
	}

	void record(EtcdUpdate<String> update) {
		this.calls.add(update.key() + "=" + update.value());
	}

	void fail(EtcdUpdate<String> update) throws Exception {
		record(update);
		throw new Exception("broken");
	}

	static void await(Runnable assertion) {
		WatchTestContext.await(assertion);
	}

}
