package org.etcdevent.samples.flags.demo;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import io.etcd.jetcd.options.GetOption;
import org.etcdevent.autoconfigure.EtcdConnectionDetails;
import org.etcdevent.testsupport.EtcdAdmin;
import org.etcdevent.testsupport.EtcdServer;
import org.etcdevent.testsupport.TcpProxy;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/**
 * An etcd of the application's own behind a network that can be broken; the application
 * connects through that network. Thread-safe: slow operations hold the monitor, and the
 * state that is shown is volatile.
 */
@Component
@Profile("demo")
class DemoCluster implements EtcdConnectionDetails, AutoCloseable {

	private final EtcdServer etcd;

	private final TcpProxy proxy;

	private volatile DemoState.Network network = DemoState.Network.OPEN;

	private volatile boolean running;

	/**
	 * Bypasses the network. Replaced with each start of etcd, because an old one
	 * reconnects slowly.
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

	/**
	 * Writes entries, unless there are keys with the same prefix.
	 * @param prefix the prefix
	 * @param entries the keys with their values
	 */
	void seed(String prefix, Map<String, String> entries) {
		GetOption any = GetOption.builder().isPrefix(true).withCountOnly(true).build();
		if (EtcdAdmin.get(this.admin.client().getKVClient().get(EtcdAdmin.bytes(prefix), any)).getCount() == 0) {
			this.admin.put(entries);
		}
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
