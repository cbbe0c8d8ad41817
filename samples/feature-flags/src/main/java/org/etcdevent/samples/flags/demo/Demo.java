package org.etcdevent.samples.flags.demo;

import java.util.concurrent.TimeUnit;

import org.etcdevent.EtcdUpdate;
import org.etcdevent.EtcdWatch;
import org.etcdevent.EtcdWatchState;
import org.etcdevent.listener.EtcdWatchStateChangedEvent;
import org.etcdevent.samples.flags.EventLog;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.annotation.Profile;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Breaks things, and shows how two followers of the same keys do: an annotated method,
 * and jetcd's own watch.
 */
@Component
@Profile("demo")
public class Demo implements DisposableBean {

	private static final String WATCH = "demo";

	private final DemoCluster cluster;

	private final EventLog events;

	private final DemoWriter writer;

	private volatile DemoSettings settings = DemoSettings.CALM;

	private final DemoWork ours = new DemoWork(() -> this.settings);

	private final DemoWork raws = new DemoWork(() -> this.settings);

	private final RawWatch raw;

	/**
	 * When the end of the last fault began, {@code null} where no recovery is awaited.
	 */
	private volatile @Nullable Long faultEnded;

	private volatile @Nullable Long recovery;

	Demo(DemoCluster cluster, EventLog events) {
		this.cluster = cluster;
		this.events = events;
		this.writer = new DemoWriter(cluster, () -> this.settings.putsPerSecond());
		this.raw = new RawWatch(cluster.getEndpoints(), this.raws);
	}

	@EventListener(ApplicationReadyEvent.class)
	void start() {
		this.writer.start();
		this.raw.start();
	}

	@EtcdWatch(id = WATCH, value = DemoWriter.PREFIX)
	void onChange(EtcdUpdate<String> update) throws InterruptedException {
		this.ours.handle(update.key(), update.value(), update.revision());
	}

	@EventListener
	void onState(EtcdWatchStateChangedEvent event) {
		this.events.add("%s: %s, %s".formatted(event.id(), event.newState(), event.cause()));
		Long ended = this.faultEnded;
		if (event.id().equals(WATCH) && event.newState() == EtcdWatchState.LIVE && ended != null) {
			this.faultEnded = null;
			this.recovery = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - ended);
			this.events.add("Live again " + this.recovery + " ms after the fault was ended");
		}
	}

	/**
	 * What is broken, and what comes of it.
	 * @return the state at this moment
	 */
	public DemoState state() {
		DemoTruth truth = this.writer.truth();
		return new DemoState(this.settings, this.cluster.network(), this.cluster.isRunning(), this.writer.written(),
				this.ours.state(truth), this.raws.state(truth), this.raw.state(), this.recovery);
	}

	/**
	 * Changes one setting alone: whoever else changes another one meanwhile is heard too.
	 */
	synchronized void set(String name, int value) {
		DemoSettings changed = this.settings.with(name, value);
		this.settings = changed;
		this.events.add("A call takes %d ms, %d %% fail, %d changes a second are written"
			.formatted(changed.handlerMillis(), changed.failurePercent(), changed.putsPerSecond()));
	}

	void cut() {
		broken("All connections to etcd are cut");
		mending(this.cluster.isRunning() && this.cluster.network() == DemoState.Network.OPEN);
		this.cluster.cut();
	}

	void silence() {
		broken("The connections to etcd stay open and swallow everything");
		this.cluster.silence();
	}

	void refuse() {
		broken("Connections to etcd are refused");
		this.cluster.refuse();
	}

	void open() {
		if (this.cluster.network() != DemoState.Network.OPEN) {
			this.events.add("The network works again");
			mending(this.cluster.isRunning());
			this.cluster.open();
		}
	}

	void stopEtcd() {
		if (this.cluster.isRunning()) {
			broken("etcd is killed");
			this.cluster.stopEtcd();
		}
	}

	void startEtcd() {
		if (!this.cluster.isRunning()) {
			this.events.add("etcd starts");
			mending(this.cluster.network() == DemoState.Network.OPEN);
			this.cluster.startEtcd();
		}
	}

	void compact() {
		if (!this.cluster.isRunning()) {
			throw new IllegalStateException("etcd is down: it cannot compact");
		}
		long revision = this.cluster.admin().revision();
		this.cluster.admin().compact(revision);
		this.events.add("etcd has forgotten its history before revision " + revision);
	}

	void restartRaw() {
		this.raw.start();
		this.events.add("The raw watch is started anew, as nobody would do in production");
	}

	private void broken(String what) {
		this.faultEnded = null;
		this.recovery = null;
		this.events.add(what);
	}

	/** Recovery counts from here, if nothing else is broken. */
	private void mending(boolean last) {
		this.faultEnded = last ? System.nanoTime() : null;
	}

	@Override
	public void destroy() {
		this.writer.close();
		this.raw.close();
	}

}
