package org.etcdevent.actuate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.etcdevent.KeyRange;
import org.etcdevent.listener.DeliveryListener;
import org.etcdevent.listener.DeliveryOutcome;
import org.etcdevent.listener.EtcdWatchContainerStatus;
import org.etcdevent.listener.EtcdWatchRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Meters for all watches of an application, those added and removed at run time too.
 * Thread-safe.
 */
public final class EtcdWatchMetrics implements MeterBinder, DeliveryListener {

	/** The registry of watches needs this as a listener, and this needs the registry. */
	private final Supplier<EtcdWatchRegistry> watches;

	/**
	 * Guards which meters there are. Taken while meters are registered and removed, but
	 * not while they are read.
	 */
	private final ReentrantLock lock = new ReentrantLock();

	/** By lock. */
	private final List<MeterRegistry> registries = new ArrayList<>();

	/** By id; changed under the lock. */
	private final Map<String, WatchMeters> meters = new ConcurrentHashMap<>();

	/** Kept, as a bean factory gives out nothing while it destroys. */
	private volatile @Nullable EtcdWatchRegistry resolved;

	/**
	 * Meters that are bound to nothing yet.
	 * @param watches the registry of the watches, asked for when it is first needed
	 */
	public EtcdWatchMetrics(Supplier<EtcdWatchRegistry> watches) {
		this.watches = watches;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		this.lock.lock();
		try {
			this.registries.add(registry);
		}
		finally {
			this.lock.unlock();
		}
		onWatchesChanged();
	}

	@Override
	public void onDelivery(String watchId, DeliveryOutcome outcome, long durationNanos) {
		WatchMeters meters = this.meters.get(watchId);
		if (meters != null) {
			meters.delivered(outcome, durationNanos);
		}
	}

	/**
	 * Brings the meters in line with the watches that there are now, so that it does not
	 * matter in which order changes are heard of.
	 */
	@Override
	public void onWatchesChanged() {
		EtcdWatchRegistry watches = watches();
		this.lock.lock();
		try {
			Map<String, KeyRange> present = new HashMap<>();
			watches.statuses().forEach((watch) -> present.put(watch.id(), watch.range()));
			this.meters.entrySet().removeIf((entry) -> {
				boolean gone = !Objects.equals(entry.getValue().range(), present.get(entry.getKey()));
				if (gone) {
					entry.getValue().remove();
				}
				return gone;
			});
			present.forEach((id, range) -> this.meters.computeIfAbsent(id,
					(key) -> new WatchMeters(id, range, () -> status(watches, id))));
			this.meters.values().forEach((meters) -> this.registries.forEach(meters::bindTo));
		}
		finally {
			this.lock.unlock();
		}
	}

	private EtcdWatchRegistry watches() {
		EtcdWatchRegistry watches = this.resolved;
		if (watches == null) {
			watches = this.watches.get();
			this.resolved = watches;
		}
		return watches;
	}

	private static @Nullable EtcdWatchContainerStatus status(EtcdWatchRegistry watches, String id) {
		try {
			return watches.status(id);
		}
		catch (IllegalArgumentException ex) {
			// Removed at this moment; the meters follow.
			return null;
		}
	}

}
