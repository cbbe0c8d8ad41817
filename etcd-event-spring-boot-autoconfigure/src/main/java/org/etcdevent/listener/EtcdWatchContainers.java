package org.etcdevent.listener;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.etcdevent.EtcdSyncTimeoutException;
import org.etcdevent.EtcdWatcherClosedException;
import org.etcdevent.core.DecoderResolver;
import org.etcdevent.core.FeedValues;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.SmartLifecycle;

/**
 * All containers of the application and their common life: started before the web server,
 * stopped after it, in parallel, each with one deadline for all.
 */
final class EtcdWatchContainers implements EtcdWatchRegistry, SmartLifecycle, DisposableBean {

	private static final Log logger = LogFactory.getLog(EtcdWatchContainers.class);

	/**
	 * Before the web server, which is at {@code MAX_VALUE - 2048}, and so stopped after
	 * it; after the application's executors, which are around half of it.
	 */
	static final int PHASE = Integer.MAX_VALUE - 4096;

	private final FeedValues values;

	private final DecoderResolver decoders;

	private final EtcdWatchErrorHandler errorHandler;

	private final EtcdWatchSettings settings;

	private final ThreadFactory threads;

	private final List<DeliveryListener> deliveryListeners;

	/** Guards what follows. Not held while a container is started or stopped. */
	private final ReentrantLock lock = new ReentrantLock();

	/** By lock. */
	private final Map<String, EtcdWatchContainer<?>> containers = new LinkedHashMap<>();

	/** What is to run once the context does; by lock. */
	private final Set<String> due = new LinkedHashSet<>();

	/** Whether the context runs; by lock. */
	private boolean running;

	EtcdWatchContainers(FeedValues values, DecoderResolver decoders, EtcdWatchErrorHandler errorHandler,
			EtcdWatchSettings settings, ThreadFactory threads, List<DeliveryListener> deliveryListeners) {
		this.values = values;
		this.decoders = decoders;
		this.errorHandler = errorHandler;
		this.settings = settings;
		this.threads = threads;
		this.deliveryListeners = List.copyOf(deliveryListeners);
	}

	EtcdWatchErrorHandler defaultErrorHandler() {
		return this.errorHandler;
	}

	DecoderResolver decoders() {
		return this.decoders;
	}

	@Override
	public void register(EtcdWatchRegistration<?> registration) {
		register(registration.define(this.decoders, this.errorHandler));
	}

	<T> void register(WatchDefinition<T> definition) {
		EtcdWatchContainer<T> container = new EtcdWatchContainer<>(definition, this.values, this.threads,
				this.settings.retry(), this.deliveryListeners);
		boolean start;
		this.lock.lock();
		try {
			EtcdWatchContainer<?> other = this.containers.putIfAbsent(definition.id(), container);
			if (other != null) {
				throw new EtcdWatchDefinitionException(definition.location(), "id",
						"the id '" + definition.id() + "' is taken by " + other.definition().location(),
						"Give one of them another id", null);
			}
			start = this.running && definition.autoStartup();
			if (!this.running && definition.autoStartup()) {
				this.due.add(definition.id());
			}
		}
		finally {
			this.lock.unlock();
		}
		tellWatchesChanged();
		if (start) {
			container.start();
		}
	}

	private void tellWatchesChanged() {
		for (DeliveryListener listener : this.deliveryListeners) {
			try {
				listener.onWatchesChanged();
			}
			catch (RuntimeException ex) {
				logger.debug("A listener to watches that come and go failed", ex);
			}
		}
	}

	@Override
	public boolean remove(String id) {
		EtcdWatchContainer<?> container;
		this.lock.lock();
		try {
			container = this.containers.remove(id);
			this.due.remove(id);
		}
		finally {
			this.lock.unlock();
		}
		if (container != null) {
			container.stop(this.settings.shutdownTimeout());
			tellWatchesChanged();
		}
		return container != null;
	}

	@Override
	public void start(String id) {
		container(id).start();
	}

	@Override
	public void stop(String id) {
		EtcdWatchContainer<?> container = container(id);
		this.lock.lock();
		try {
			this.due.remove(id);
		}
		finally {
			this.lock.unlock();
		}
		container.stop(this.settings.shutdownTimeout());
	}

	@Override
	public void pause(String id) {
		container(id).pause();
	}

	@Override
	public void resume(String id) {
		container(id).resume();
	}

	@Override
	public Set<String> ids() {
		this.lock.lock();
		try {
			return new LinkedHashSet<>(this.containers.keySet());
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public EtcdWatchContainerStatus status(String id) {
		return container(id).status();
	}

	@Override
	public List<EtcdWatchContainerStatus> statuses() {
		List<EtcdWatchContainerStatus> statuses = new ArrayList<>();
		containers().forEach((container) -> statuses.add(container.status()));
		return statuses;
	}

	private EtcdWatchContainer<?> container(String id) {
		this.lock.lock();
		try {
			EtcdWatchContainer<?> container = this.containers.get(id);
			if (container == null) {
				throw new IllegalArgumentException(
						"There is no watch with the id '" + id + "'; there are " + this.containers.keySet());
			}
			return container;
		}
		finally {
			this.lock.unlock();
		}
	}

	private List<EtcdWatchContainer<?>> containers() {
		this.lock.lock();
		try {
			return new ArrayList<>(this.containers.values());
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public void start() {
		List<EtcdWatchContainer<?>> due;
		this.lock.lock();
		try {
			if (this.running) {
				return;
			}
			this.running = true;
			due = this.containers.values()
				.stream()
				.filter((container) -> this.due.contains(container.definition().id()))
				.toList();
			this.due.clear();
		}
		finally {
			this.lock.unlock();
		}
		try {
			due.forEach(EtcdWatchContainer::start);
			if (this.settings.startup() != EtcdWatchStartup.BACKGROUND) {
				awaitFirstState(due);
			}
		}
		catch (RuntimeException ex) {
			stop();
			throw ex;
		}
	}

	private void awaitFirstState(Collection<EtcdWatchContainer<?>> started) {
		long deadline = System.nanoTime() + this.settings.startupTimeout().toNanos();
		List<String> late = new ArrayList<>();
		try {
			for (EtcdWatchContainer<?> container : started) {
				if (!isSynced(container, deadline)) {
					late.add("'" + container.definition().id() + "'");
				}
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return;
		}
		if (late.isEmpty()) {
			return;
		}
		String message = "After " + this.settings.startupTimeout().toMillis()
				+ " ms not every watch has told its first state; missing: " + String.join(", ", late);
		if (this.settings.startup() == EtcdWatchStartup.FAIL) {
			throw new EtcdSyncTimeoutException(message, null);
		}
		logger.warn(message + ". The application starts without, and they catch up");
	}

	private static boolean isSynced(EtcdWatchContainer<?> container, long deadline) throws InterruptedException {
		WatchRun<?> run = container.run();
		if (run == null || container.isPaused()) {
			return true;
		}
		try {
			long left = Math.max(0, deadline - System.nanoTime());
			return run.subscription().awaitSynced(Duration.ofNanos(left));
		}
		catch (EtcdWatcherClosedException ex) {
			// Someone stopped it meanwhile, who needs no first state.
			return true;
		}
	}

	/**
	 * Stops all watches; those that ran, and only those, are started by the next
	 * {@link #start()}.
	 */
	@Override
	public void stop() {
		List<EtcdWatchContainer<?>> all;
		this.lock.lock();
		try {
			all = new ArrayList<>(this.containers.values());
			if (this.running) {
				this.running = false;
				all.stream()
					.filter(EtcdWatchContainer::isWanted)
					.forEach((container) -> this.due.add(container.definition().id()));
			}
		}
		finally {
			this.lock.unlock();
		}
		EtcdWatchContainer.stop(all, this.settings.shutdownTimeout());
	}

	@Override
	public boolean isRunning() {
		this.lock.lock();
		try {
			return this.running;
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

	@Override
	public void destroy() {
		stop();
	}

}
