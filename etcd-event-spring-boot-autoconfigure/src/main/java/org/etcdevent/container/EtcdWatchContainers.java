package org.etcdevent.container;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.etcdevent.EtcdDecoderResolver;
import org.etcdevent.consumer.FeedValues;
import org.etcdevent.listener.DeliveryListener;
import org.etcdevent.listener.EtcdWatchContainerStatus;
import org.etcdevent.listener.EtcdWatchDefinitionException;
import org.etcdevent.listener.EtcdWatchErrorHandler;
import org.etcdevent.listener.EtcdWatchRegistration;
import org.etcdevent.listener.EtcdWatchRegistry;
import org.etcdevent.listener.EtcdWatchSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.SmartLifecycle;

/**
 * All containers of the application and their common life: started before the web server,
 * stopped after it, in parallel, each with one deadline for all.
 */
public final class EtcdWatchContainers implements EtcdWatchRegistry, SmartLifecycle, DisposableBean {

	private static final Log logger = LogFactory.getLog(EtcdWatchContainers.class);

	/**
	 * Before the web server, which is at {@code MAX_VALUE - 2048}, and so stopped after
	 * it; after the application's executors, which are around half of it.
	 */
	static final int PHASE = Integer.MAX_VALUE - 4096;

	private final FeedValues values;

	private final EtcdDecoderResolver decoders;

	private final EtcdWatchErrorHandler errorHandler;

	private final EtcdWatchSettings settings;

	private final ThreadFactory threads;

	private final List<DeliveryListener> deliveryListeners;

	private final WatchEvents events;

	private final StartupWait startupWait;

	private final SlowCalls slowCalls;

	/** Guards what follows. Not held while a container is started or stopped. */
	private final ReentrantLock lock = new ReentrantLock();

	/** By id; by lock. */
	private final Map<String, EtcdWatchContainer<?>> containers = new LinkedHashMap<>();

	/** Whether the context runs, so that watches may. Changed under the lock. */
	private volatile boolean running;

	public EtcdWatchContainers(FeedValues values, EtcdDecoderResolver decoders, EtcdWatchErrorHandler errorHandler,
			EtcdWatchSettings settings, ThreadFactory threads, List<DeliveryListener> deliveryListeners,
			Consumer<Object> eventPublisher) {
		this.values = values;
		this.decoders = decoders;
		this.errorHandler = errorHandler;
		this.settings = settings;
		this.threads = threads;
		this.deliveryListeners = List.copyOf(deliveryListeners);
		this.events = new WatchEvents(eventPublisher, threads);
		this.startupWait = new StartupWait(settings);
		this.slowCalls = new SlowCalls(settings.slowHandler(), this::containers, threads);
	}

	@Override
	public void register(EtcdWatchRegistration<?> registration) {
		register(WatchDefinition.of(registration, this.decoders, this.errorHandler));
	}

	private <T> void register(WatchDefinition<T> definition) {
		EtcdWatchContainer<T> container = new EtcdWatchContainer<>(definition, this.values, this.threads,
				this::isRunning, this.events, this.settings.retry(), this.deliveryListeners);
		this.lock.lock();
		try {
			EtcdWatchContainer<?> other = this.containers.putIfAbsent(definition.id(), container);
			if (other != null) {
				throw new EtcdWatchDefinitionException(definition.location(), "id",
						"the id '" + definition.id() + "' is taken by " + other.definition().location(),
						"Give one of them another id", null);
			}
		}
		finally {
			this.lock.unlock();
		}
		tellWatchesChanged();
		try {
			lookForSlowCalls();
			container.open();
		}
		catch (RuntimeException ex) {
			remove(definition.id());
			throw ex;
		}
	}

	private void lookForSlowCalls() {
		if (isRunning()) {
			this.slowCalls.start();
			if (!isRunning()) {
				// Stopped meanwhile, perhaps before this began.
				this.slowCalls.stop();
			}
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
		}
		finally {
			this.lock.unlock();
		}
		if (container != null) {
			await(container.remove());
			tellWatchesChanged();
		}
		return container != null;
	}

	private void await(@Nullable WatchRun<?> run) {
		if (run != null) {
			RunStop.await(List.of(run), this.settings.shutdownTimeout());
		}
	}

	@Override
	public void start(String id) {
		container(id).start();
	}

	@Override
	public void stop(String id) {
		await(container(id).stop());
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
		this.lock.lock();
		try {
			if (this.running) {
				return;
			}
			this.running = true;
		}
		finally {
			this.lock.unlock();
		}
		try {
			List<EtcdWatchContainer<?>> all = containers();
			if (!all.isEmpty()) {
				lookForSlowCalls();
			}
			all.forEach(EtcdWatchContainer::open);
			this.startupWait.await(all);
		}
		catch (RuntimeException ex) {
			stop();
			throw ex;
		}
	}

	/**
	 * Stops all watches; those that are not stopped in other ways, and only those, are
	 * started by the next {@link #start()}.
	 */
	@Override
	public void stop() {
		this.lock.lock();
		try {
			this.running = false;
		}
		finally {
			this.lock.unlock();
		}
		List<WatchRun<?>> runs = new ArrayList<>();
		for (EtcdWatchContainer<?> container : containers()) {
			WatchRun<?> run = container.suspend();
			if (run != null) {
				runs.add(run);
			}
		}
		RunStop.await(runs, this.settings.shutdownTimeout());
		this.slowCalls.stop();
		this.events.flush(this.settings.shutdownTimeout());
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

	@Override
	public void destroy() {
		if (isRunning()) {
			stop();
		}
		this.events.close();
	}

}
