package org.etcdevent.container;

import java.util.List;

import org.etcdevent.EtcdSnapshot;
import org.etcdevent.EtcdUpdate;
import org.etcdevent.EtcdWatch.Deletions;
import org.etcdevent.consumer.Delivery;
import org.etcdevent.listener.EtcdWatchHandler;
import org.etcdevent.listener.EtcdWatchRegistration;

/**
 * The handlers of a registration as targets of a watch.
 */
final class HandlerTarget {

	private HandlerTarget() {
	}

	@SuppressWarnings("unchecked")
	static <T> WatchTarget<T> of(EtcdWatchRegistration<T> registration) {
		boolean ignoreDeletions = registration.deletions() == Deletions.IGNORE;
		EtcdWatchHandler<?> handler = registration.handler();
		return switch (registration.takes()) {
			case UPDATE -> new OfUpdates<>((EtcdWatchHandler<EtcdUpdate<T>>) handler, ignoreDeletions);
			case BATCH -> new OfBatches<>((EtcdWatchHandler<List<EtcdUpdate<T>>>) handler, ignoreDeletions);
			case SNAPSHOT -> new OfSnapshots<>((EtcdWatchHandler<EtcdSnapshot<T>>) handler);
		};
	}

	private record OfUpdates<T>(EtcdWatchHandler<EtcdUpdate<T>> handler,
			boolean ignoreDeletions) implements WatchTarget<T> {

		@Override
		public TakeMode mode() {
			return TakeMode.ONE;
		}

		@Override
		public boolean wants(Delivery<T> delivery) {
			return !this.ignoreDeletions || !delivery.update().isDeletion();
		}

		@Override
		public void invoke(Delivery<T> delivery) throws Throwable {
			this.handler.handle(delivery.update());
		}

	}

	private record OfBatches<T>(EtcdWatchHandler<List<EtcdUpdate<T>>> handler,
			boolean ignoreDeletions) implements WatchTarget<T> {

		@Override
		public TakeMode mode() {
			return TakeMode.ALL;
		}

		@Override
		public boolean wants(Delivery<T> delivery) {
			return !this.ignoreDeletions || !delivery.updates().stream().allMatch(EtcdUpdate::isDeletion);
		}

		@Override
		public void invoke(Delivery<T> delivery) throws Throwable {
			List<EtcdUpdate<T>> updates = delivery.updates();
			this.handler.handle(this.ignoreDeletions
					? updates.stream().filter((update) -> !update.isDeletion()).toList() : updates);
		}

	}

	private record OfSnapshots<T>(EtcdWatchHandler<EtcdSnapshot<T>> handler) implements WatchTarget<T> {

		@Override
		public TakeMode mode() {
			return TakeMode.SNAPSHOT;
		}

		@Override
		public void invoke(Delivery<T> delivery) throws Throwable {
			this.handler.handle(delivery.snapshot());
		}

	}

}
