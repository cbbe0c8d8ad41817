package org.etcdevent.listener;

import java.util.function.Function;

import org.etcdevent.core.Delivery;

/**
 * A handler that was registered in code as the target of a watch.
 *
 * @param mode how much it takes at once
 * @param content what of a delivery it takes
 * @param handler the user's code
 * @param <T> the type of the decoded values
 * @param <D> the type of what it takes
 */
record HandlerTarget<T, D>(TakeMode mode, Function<Delivery<T>, D> content,
		EtcdWatchHandler<? super D> handler) implements WatchTarget<T> {

	@Override
	public void invoke(Delivery<T> delivery) throws Throwable {
		this.handler.handle(this.content.apply(delivery));
	}

}
