package org.etcdevent.samples.configuration;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.etcdevent.EtcdWatch;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.stereotype.Component;

/**
 * The component that runs all the time. The settings are the default until valid ones are
 * in etcd, and again when they are deleted; the watch reports those that are not valid,
 * and the last valid ones stay.
 */
@Component
class WorkerPool implements DisposableBean {

	static final String KEY = "config/pool";

	static final int QUEUE = 1_000;

	private static final Log logger = LogFactory.getLog(WorkerPool.class);

	private final ThreadPoolTaskExecutor threads = new ThreadPoolTaskExecutor();

	private final AtomicLong done = new AtomicLong();

	private volatile PoolSettings settings = PoolSettings.DEFAULT;

	WorkerPool() {
		this.threads.setThreadNamePrefix("worker-");
		this.threads.setQueueCapacity(QUEUE);
		this.threads.setCorePoolSize(PoolSettings.DEFAULT.workers());
		this.threads.setMaxPoolSize(PoolSettings.DEFAULT.workers());
		this.threads.initialize();
	}

	@EtcdWatch(KEY)
	void onSettings(Optional<PoolSettings> changed) {
		PoolSettings settings = changed.orElse(PoolSettings.DEFAULT);
		int workers = settings.workers();
		// Neither may pass the other on the way.
		if (workers > this.threads.getMaxPoolSize()) {
			this.threads.setMaxPoolSize(workers);
			this.threads.setCorePoolSize(workers);
		}
		else {
			this.threads.setCorePoolSize(workers);
			this.threads.setMaxPoolSize(workers);
		}
		this.settings = settings;
		logger.info(workers + " workers from now on");
	}

	PoolSettings settings() {
		return this.settings;
	}

	int workers() {
		return this.threads.getCorePoolSize();
	}

	long done() {
		return this.done.get();
	}

	void submit(int jobs) {
		for (int i = 0; i < jobs; i++) {
			this.threads.execute(this::work);
		}
	}

	private void work() {
		try {
			TimeUnit.MILLISECONDS.sleep(settings().jobMillis());
			this.done.incrementAndGet();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public void destroy() {
		this.threads.shutdown();
	}

}
