package org.etcdevent.samples.flags.demo;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;

import org.etcdevent.autoconfigure.EtcdConnectionDetails;
import org.etcdevent.testsupport.EtcdAdmin;
import org.etcdevent.testsupport.EtcdServer;
import org.etcdevent.testsupport.TcpProxy;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/**
 * An etcd of the application's own, and a network before it that can be broken. What the
 * application follows comes through that network. Thread-safe: what takes long holds the
 * monitor, and what is shown is volatile.
 */
@Component
@Profile("demo")
class DemoCluster implements EtcdConnectionDetails, AutoCloseable {

	private final EtcdServer etcd;

	private final TcpProxy proxy;

	private volatile DemoState.Network network = DemoState.Network.OPEN;

	private volatile boolean running;

	/**
	 * Past the network; a new one with each start of etcd, for it would be slow to come
	 * back.
	 */
	private volatile EtcdAdmin admin;

	DemoCluster(@Value("${demo.etcd.data:target/etcd/demo}") Path data, @Value("${demo.etcd.port:23790}") int port) {
		this.etcd = EtcdServer.in(data.toAbsolutePath(), port);
		this.etcd.start();
		this.running = true;
		this.admin = new EtcdAdmin(this.etcd);
		this.proxy = new TcpProxy(port);
	}

	@Override
	public List<URI> getEndpoints() {
		return List.of(this.proxy.endpoint());
	}

	EtcdAdmin admin() {
		return this.admin;
	}

	DemoState.Network network() {
		return this.network;
	}

	boolean isRunning() {
		return this.running;
	}

	synchronized void cut() {
		this.proxy.cut();
	}

	synchronized void refuse() {
		this.proxy.refuse();
		this.network = DemoState.Network.REFUSED;
	}

	synchronized void silence() {
		this.proxy.silence();
		this.network = DemoState.Network.SILENT;
	}

	synchronized void open() {
		this.proxy.open();
		this.network = DemoState.Network.OPEN;
	}

	synchronized void stopEtcd() {
		this.etcd.kill();
		this.running = false;
	}

	synchronized void startEtcd() {
		if (!this.etcd.isRunning()) {
			this.etcd.start();
			this.admin.close();
			this.admin = new EtcdAdmin(this.etcd);
			this.running = true;
		}
	}

	@Override
	public synchronized void close() {
		this.admin.close();
		this.proxy.close();
		this.etcd.close();
	}

}
