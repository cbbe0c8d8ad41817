package org.etcdevent.listener;

import java.lang.reflect.Type;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

import org.etcdevent.EtcdDecoder;
import org.etcdevent.EtcdSnapshot;
import org.etcdevent.EtcdUpdate;
import org.etcdevent.KeyRange;
import org.etcdevent.core.Delivery;
import org.etcdevent.core.DecoderResolver;
import org.etcdevent.core.QuietPeriod;
import org.jspecify.annotations.Nullable;

/**
 * A watch that is declared in code, for ranges that are known only at run time. Made by a
 * {@link Builder}, immutable.
 *
 * @param <T> the type of the decoded values
 */
public final class EtcdWatchRegistration<T> {

	private final Builder<T> builder;

	private final WatchTarget<T> target;

	private EtcdWatchRegistration(Builder<T> builder, WatchTarget<T> target) {
		this.builder = builder;
		this.target = target;
	}

	/**
	 * A watch whose values are decoded as an annotated method's would be.
	 * @param id the id of the watch, unique in the application
	 * @param range what to follow
	 * @param type the type of the values
	 * @param <T> the type of the values
	 * @return a builder; its last call says what is handled
	 */
	public static <T> Builder<T> of(String id, KeyRange range, Class<T> type) {
		return new Builder<>(id, range, type, null);
	}

	/**
	 * A watch with a decoder of its own.
	 * @param id the id of the watch, unique in the application
	 * @param range what to follow
	 * @param decoder makes a {@code T} of the bytes
	 * @param <T> the type of the values
	 * @return a builder; its last call says what is handled
	 */
	public static <T> Builder<T> of(String id, KeyRange range, EtcdDecoder<T> decoder) {
		return new Builder<>(id, range, null, decoder);
	}

	/**
	 * The id of the watch.
	 * @return the id
	 */
	public String id() {
		return this.builder.id;
	}

	WatchDefinition<T> define(DecoderResolver decoders, EtcdWatchErrorHandler defaultErrorHandler) {
		String location = "registration '" + this.builder.id + "'";
		EtcdWatchErrorHandler errorHandler = this.builder.errorHandler;
		return new WatchDefinition<>(this.builder.id, location, this.builder.range, decoder(location, decoders),
				this.target, this.builder.concurrency, this.builder.autoStartup,
				(errorHandler != null) ? errorHandler : defaultErrorHandler, this.builder.quietPeriod);
	}

	@SuppressWarnings("unchecked")
	private EtcdDecoder<T> decoder(String location, DecoderResolver decoders) {
		EtcdDecoder<T> decoder = this.builder.decoder;
		Type type = this.builder.type;
		if (decoder != null || type == null) {
			return Objects.requireNonNull(decoder);
		}
		try {
			return (EtcdDecoder<T>) decoders.resolve(type);
		}
		catch (IllegalArgumentException ex) {
			throw new EtcdWatchDefinitionException(location, "decoder",
					"nothing decodes values of type " + type.getTypeName() + ": " + ex.getMessage(),
					"Register it with a decoder", ex);
		}
	}

	/**
	 * Builds a registration. For one thread.
	 *
	 * @param <T> the type of the decoded values
	 */
	public static final class Builder<T> {

		private final String id;

		private final KeyRange range;

		private final @Nullable Type type;

		private final @Nullable EtcdDecoder<T> decoder;

		private int concurrency = 1;

		private boolean autoStartup = true;

		private @Nullable EtcdWatchErrorHandler errorHandler;

		private QuietPeriod quietPeriod = QuietPeriod.NONE;

		private Builder(String id, KeyRange range, @Nullable Type type, @Nullable EtcdDecoder<T> decoder) {
			this.id = id;
			this.range = range;
			this.type = type;
			this.decoder = decoder;
		}

		private Builder(Builder<T> other) {
			this(other.id, other.range, other.type, other.decoder);
			this.concurrency = other.concurrency;
			this.autoStartup = other.autoStartup;
			this.errorHandler = other.errorHandler;
			this.quietPeriod = other.quietPeriod;
		}

		/**
		 * How many threads call the handler of {@link #onUpdate}; one, unless said
		 * otherwise.
		 * @param concurrency the number, at least 1
		 * @return this builder
		 */
		public Builder<T> concurrency(int concurrency) {
			this.concurrency = concurrency;
			return this;
		}

		/**
		 * Whether the watch starts as soon as it is registered and the application is
		 * started; it does, unless said otherwise.
		 * @param autoStartup whether it does
		 * @return this builder
		 */
		public Builder<T> autoStartup(boolean autoStartup) {
			this.autoStartup = autoStartup;
			return this;
		}

		/**
		 * Who decides after a failure; as for annotated methods, unless said otherwise.
		 * @param errorHandler the error handler
		 * @return this builder
		 */
		public Builder<T> errorHandler(EtcdWatchErrorHandler errorHandler) {
			this.errorHandler = errorHandler;
			return this;
		}

		/**
		 * How long the handlers of {@link #onBatch} and {@link #onSnapshot} wait for a
		 * burst of changes to end; not at all, unless said otherwise.
		 * @param minimum for how long nothing may have changed
		 * @param maximum the longest wait from the first change on
		 * @return this builder
		 * @throws IllegalArgumentException if the minimum is negative, or the maximum is
		 * shorter than the minimum or longer than a day
		 */
		public Builder<T> quietPeriod(Duration minimum, Duration maximum) {
			this.quietPeriod = new QuietPeriod(minimum, maximum);
			return this;
		}

		/**
		 * Handles one change at a time.
		 * @param handler the handler
		 * @return the registration
		 */
		public EtcdWatchRegistration<T> onUpdate(EtcdWatchHandler<? super EtcdUpdate<T>> handler) {
			return build(new HandlerTarget<T, EtcdUpdate<T>>(TakeMode.ONE, Delivery::update, handler));
		}

		/**
		 * Handles everything that is pending, to one revision.
		 * @param handler the handler
		 * @return the registration
		 */
		public EtcdWatchRegistration<T> onBatch(EtcdWatchHandler<? super List<EtcdUpdate<T>>> handler) {
			return build(new HandlerTarget<T, List<EtcdUpdate<T>>>(TakeMode.ALL, Delivery::updates, handler));
		}

		/**
		 * Handles everything in the range, whenever something changed.
		 * @param handler the handler
		 * @return the registration
		 */
		public EtcdWatchRegistration<T> onSnapshot(EtcdWatchHandler<? super EtcdSnapshot<T>> handler) {
			return build(new HandlerTarget<T, EtcdSnapshot<T>>(TakeMode.SNAPSHOT, Delivery::snapshot, handler));
		}

		private EtcdWatchRegistration<T> build(WatchTarget<T> target) {
			return new EtcdWatchRegistration<>(new Builder<>(this), target);
		}

	}

}
