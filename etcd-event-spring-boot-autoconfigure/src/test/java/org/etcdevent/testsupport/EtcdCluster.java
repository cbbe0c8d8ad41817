package org.etcdevent.testsupport;

import java.net.URI;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Three members that are real processes. Not thread-safe.
 */
public final class EtcdCluster implements AutoCloseable {

	private final List<EtcdServer> members = IntStream.rangeClosed(1, 3)
		.mapToObj((number) -> new EtcdServer("member" + number))
		.toList();

	private EtcdCluster() {
		String initial = this.members.stream()
			.map((member) -> member.name() + "=" + member.peerUrl())
			.collect(Collectors.joining(","));
		this.members.forEach((member) -> member.options(List.of("--initial-cluster", initial)));
	}

	/**
	 * A cluster of one's own, ready to be used.
	 * @return the cluster, to be closed by the caller
	 */
	public static EtcdCluster create() {
		EtcdCluster cluster = new EtcdCluster();
		cluster.members.forEach(EtcdServer::launch);
		cluster.members.forEach(EtcdServer::awaitHealthy);
		return cluster;
	}

	public List<EtcdServer> members() {
		return this.members;
	}

	public EtcdServer member(int index) {
		return this.members.get(index);
	}

	public List<URI> endpoints() {
		return this.members.stream().map(EtcdServer::endpoint).toList();
	}

	@Override
	public void close() {
		this.members.forEach(EtcdServer::close);
	}

}
