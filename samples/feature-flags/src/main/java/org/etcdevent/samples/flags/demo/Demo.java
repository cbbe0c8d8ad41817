package org.etcdevent.samples.flags.demo;

import java.util.Map;

import org.etcdevent.EtcdUpdate;
import org.etcdevent.EtcdWatch;
import org.etcdevent.EtcdWatchState;
import org.etcdevent.listener.EtcdWatchStateChangedEvent;
import org.etcdevent.samples.flags.EventLog;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.annotation.Profile;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Breaks the network and etcd, and compares two consumers of the same keys: an annotated
 * method and jetcd's own watch.
 */
@Component
@Profile("demo")
public class Demo implements DisposableBean {

	private static final String WATCH = "demo";

	private static final Map<String, String> FLAGS = Map.of( //
			"flags/dark-mode", "{\"enabled\":true,\"description\":\"Dark colour scheme\"}", //
			"flags/fast-checkout", "{\"enabled\":false,\"description\":\"Pay with one click\"}");

	private final DemoCluster cluster;

	private final EventLog events;

	private final DemoWriter writer;

	private final DeliveryLedger ledger = new DeliveryLedger();

	private final Recovery recovery = new Recovery();

	private volatile DemoSettings settings = DemoSettings.INITIAL;

	private final DemoWork ours = new DemoWork(() -> this.settings);

	private final DemoWork raws = new DemoWork(() -> this.settings);

	private final RawWatch raw;

	Demo(DemoCluster cluster, EventLog events) {
		this.cluster = cluster;
		this.events = events;
		this.writer = new DemoWriter(cluster, () -> this.settings.putsPerSecond(), this.ledger);
		this.raw = new RawWatch(cluster.getEndpoints(), this.raws, this.ledger);
	}

	@EventListener(ApplicationReadyEvent.class)
	void start() {
		this.cluster.seed("flags/", FLAGS);
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
		if (event.id().equals(WATCH) && event.newState() == EtcdWatchState.LIVE && this.recovery.recovered()) {
			this.events.add("%s: live again %d ms after the fault ended".formatted(WATCH, this.recovery.millis()));
		}
	}

	/**
	 * The faults and their effects.
	 * @return the state at this moment
	 */
	public DemoState state() {
		DemoTruth truth = this.writer.truth();
		return new DemoState(this.settings, this.cluster.network(), this.cluster.isRunning(), this.writer.written(),
				this.ours.state(truth), this.raws.state(truth), this.raw.state(), this.recovery.millis());
	}

	/**
	 * Changes one setting. Concurrent changes of other settings are kept.
	 */
	synchronized void set(String name, int value) {
		DemoSettings changed = this.settings.with(name, value);
		this.settings = changed;
		this.events.add("Settings: calls take %d ms, %d%% of them fail, %d writes per second"
			.formatted(changed.handlerMillis(), changed.failurePercent(), changed.putsPerSecond()));
	}

	void cut() {
		faultStarted("All connections to etcd were cut");
		faultEnded(this.cluster.isRunning() && this.cluster.network() == DemoState.Network.OPEN);
		this.cluster.cut();
	}

	void silence() {
		faultStarted("Black hole: connections stay open, all bytes are dropped");
		this.cluster.silence();
	}

	void refuse() {
		faultStarted("Connections to etcd are refused");
		this.cluster.refuse();
	}

	void open() {
		if (this.cluster.network() != DemoState.Network.OPEN) {
			this.events.add("The network works again");
			faultEnded(this.cluster.isRunning());
			this.cluster.open();
		}
	}

	void stopEtcd() {
		if (this.cluster.isRunning()) {
			faultStarted("etcd was killed");
			this.cluster.stopEtcd();
		}
	}

	void startEtcd() {
		if (!this.cluster.isRunning()) {
			this.events.add("Starting etcd");
			faultEnded(this.cluster.network() == DemoState.Network.OPEN);
			this.cluster.startEtcd();
		}
	}

	void compact() {
		if (!this.cluster.isRunning()) {
			throw new IllegalStateException("etcd is down, so its history cannot be compacted");
		}
		long revision = this.cluster.admin().revision();
		this.cluster.admin().compact(revision);
		this.events.add("etcd compacted its history before revision " + revision);
	}

	void restartRaw() {
		this.raw.start();
		this.events.add("Raw watch restarted");
	}

	private void faultStarted(String what) {
		this.recovery.faultStarted();
		this.raw.faultStarted();
		this.events.add(what);
	}

	/** The time to recover counts from here, if nothing else is broken. */
	private void faultEnded(boolean last) {
		if (last) {
			this.recovery.faultEnded();
			this.raw.faultEnded();
		}
	}

	@Override
	public void destroy() {
		this.writer.close();
		this.raw.close();
	}

}
