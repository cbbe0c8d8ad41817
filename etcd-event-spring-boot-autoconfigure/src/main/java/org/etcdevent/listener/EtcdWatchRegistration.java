package org.etcdevent.listener;

import java.time.Duration;
import java.util.List;

import org.etcdevent.EtcdDecoder;
import org.etcdevent.EtcdSnapshot;
import org.etcdevent.EtcdUpdate;
import org.etcdevent.EtcdWatch.Deletions;
import org.etcdevent.KeyRange;
import org.etcdevent.QuietPeriod;
import org.jspecify.annotations.Nullable;

/**
 * A watch that is declared in code, for ranges that are known only at run time. Made by a
 * {@link Builder}, immutable.
 *
 * @param <T> the type of the decoded values
 */
public final class EtcdWatchRegistration<T> {

	private final Builder<T> builder;

	private final Takes takes;

	private final EtcdWatchHandler<?> handler;

	private EtcdWatchRegistration(Builder<T> builder, Takes takes, EtcdWatchHandler<?> handler) {
		this.builder = builder;
		this.takes = takes;
		this.handler = handler;
	}

	/**
	 * A watch whose values are decoded as an annotated method's would be.
	 * @param id the id of the watch, unique in the application
	 * @param range the range to watch
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
	 * @param range the range to watch
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

	/**
	 * What error messages call the watch: where it is declared.
	 * @return the location
	 */
	public String location() {
		String location = this.builder.location;
		return (location != null) ? location : "registration '" + id() + "'";
	}

	/**
	 * The range that is watched.
	 * @return the range
	 */
	public KeyRange range() {
		return this.builder.range;
	}

	/**
	 * The type of the values.
	 * @return the type, {@code null} if there is a {@link #decoder()} instead
	 */
	public @Nullable Class<T> type() {
		return this.builder.type;
	}

	/**
	 * The decoder of the values.
	 * @return the decoder, {@code null} if it is found by the {@link #type()}
	 */
	public @Nullable EtcdDecoder<T> decoder() {
		return this.builder.decoder;
	}

	/**
	 * How many keys are handled at the same time.
	 * @return the number, which is not checked yet
	 */
	public int concurrency() {
		return this.builder.concurrency;
	}

	/**
	 * Whether the watch starts by itself.
	 * @return {@code false} if it is started through the registry only
	 */
	public boolean autoStartup() {
		return this.builder.autoStartup;
	}

	/**
	 * Decides after a failure.
	 * @return the error handler, {@code null} for that of the application
	 */
	public @Nullable EtcdWatchErrorHandler errorHandler() {
		return this.builder.errorHandler;
	}

	/**
	 * How long the handler waits for a burst of changes to end.
	 * @return the quiet period, {@link QuietPeriod#NONE} for no wait
	 */
	public QuietPeriod quietPeriod() {
		return this.builder.quietPeriod;
	}

	/**
	 * Whether deletions are delivered.
	 * @return what to do with deletions
	 */
	public Deletions deletions() {
		return this.builder.deletions;
	}

	/**
	 * What the handler takes.
	 * @return the kind of delivery
	 */
	public Takes takes() {
		return this.takes;
	}

	/**
	 * The handler, of what {@link #takes()} says.
	 * @return the handler
	 */
	public EtcdWatchHandler<?> handler() {
		return this.handler;
	}

	/**
	 * What a handler takes. More kinds may be added.
	 */
	public enum Takes {

		/** One {@link EtcdUpdate}. */
		UPDATE,

		/** A list of all pending {@link EtcdUpdate updates}. */
		BATCH,

		/** An {@link EtcdSnapshot}. */
		SNAPSHOT

	}

	/**
	 * Builds a registration. For one thread.
	 *
	 * @param <T> the type of the decoded values
	 */
	public static final class Builder<T> {

		private final String id;

		private final KeyRange range;

		private final @Nullable Class<T> type;

		private final @Nullable EtcdDecoder<T> decoder;

		private int concurrency = 1;

		private boolean autoStartup = true;

		private @Nullable EtcdWatchErrorHandler errorHandler;

		private QuietPeriod quietPeriod = QuietPeriod.NONE;

		private Deletions deletions = Deletions.DELIVER;

		private @Nullable String location;

		private Builder(String id, KeyRange range, @Nullable Class<T> type, @Nullable EtcdDecoder<T> decoder) {
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
			this.deletions = other.deletions;
			this.location = other.location;
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
		 * Whether deletions are delivered to the handlers of {@link #onUpdate} and
		 * {@link #onBatch}; they are, unless said otherwise.
		 * @param deletions what to do with deletions
		 * @return this builder
		 */
		public Builder<T> deletions(Deletions deletions) {
			this.deletions = deletions;
			return this;
		}

		/**
		 * Where the watch is declared, for error messages; its id, unless said otherwise.
		 * @param location the location, as in "method 'onFlag' of bean 'flags'"
		 * @return this builder
		 */
		public Builder<T> location(String location) {
			this.location = location;
			return this;
		}

		/**
		 * Handles one change at a time.
		 * @param handler the handler
		 * @return the registration
		 */
		public EtcdWatchRegistration<T> onUpdate(EtcdWatchHandler<? super EtcdUpdate<T>> handler) {
			return build(Takes.UPDATE, handler);
		}

		/**
		 * Handles all pending updates, up to one revision.
		 * @param handler the handler
		 * @return the registration
		 */
		public EtcdWatchRegistration<T> onBatch(EtcdWatchHandler<? super List<EtcdUpdate<T>>> handler) {
			return build(Takes.BATCH, handler);
		}

		/**
		 * Handles everything in the range, whenever something changed.
		 * @param handler the handler
		 * @return the registration
		 */
		public EtcdWatchRegistration<T> onSnapshot(EtcdWatchHandler<? super EtcdSnapshot<T>> handler) {
			return build(Takes.SNAPSHOT, handler);
		}

		private EtcdWatchRegistration<T> build(Takes takes, EtcdWatchHandler<?> handler) {
			return new EtcdWatchRegistration<>(new Builder<>(this), takes, handler);
		}

	}

}
