package org.etcdevent.chaos;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import org.etcdevent.testsupport.EtcdCluster;
import org.etcdevent.testsupport.EtcdServer;
import org.etcdevent.testsupport.TcpProxy;

/**
 * Where a fault strikes: a cluster, and the one member of it that is aimed at.
 *
 * @param cluster all members
 * @param target the number of the member that is aimed at
 * @param random what chooses
 * @param compaction what compacts all the time
 * @param log what is written
 * @param backup what the members can be set back to
 * @param users whom the cluster knows
 */
record Scene(EtcdCluster cluster, int target, Random random, Compaction compaction, WriteLog log, List<Path> backup,
		Users users) {

	/** Aims at a member that somebody is connected to. */
	static int aim(EtcdCluster cluster, Random random) {
		List<Integer> used = IntStream.range(0, cluster.members().size())
			.filter((number) -> cluster.proxy(number).isUsed())
			.boxed()
			.toList();
		return used.isEmpty() ? random.nextInt(cluster.members().size()) : used.get(random.nextInt(used.size()));
	}

	EtcdServer member() {
		return this.cluster.member(this.target);
	}

	TcpProxy proxy() {
		return this.cluster.proxy(this.target);
	}

	/** A member that does not lead. */
	EtcdServer follower() {
		EtcdServer leader = this.cluster.leader();
		List<EtcdServer> followers = this.cluster.members().stream().filter((member) -> member != leader).toList();
		return followers.get(this.random.nextInt(followers.size()));
	}

	int choose(int most) {
		return 1 + this.random.nextInt(most);
	}

	/** For 3 seconds. */
	void black(Consumer<TcpProxy> hole) {
		hole.accept(proxy());
		pass(Duration.ofSeconds(3));
		proxy().open();
	}

	/** For 2 seconds. */
	void slow(Consumer<TcpProxy> brake) {
		brake.accept(proxy());
		pass(Duration.ofSeconds(2));
		proxy().open();
	}

	void slowLine() {
		this.cluster.proxies().forEach((proxy) -> proxy.delay(Duration.ofMillis(300)));
		pass(Duration.ofSeconds(10));
		this.cluster.proxies().forEach(TcpProxy::open);
	}

	void misremember() {
		this.users.misremember(() -> {
			this.cluster.proxies().forEach(TcpProxy::cut);
			pass(Duration.ofSeconds(10));
		}, () -> pass(Duration.ofSeconds(5)));
	}

	/** Does something while no member can be reached by those who follow. */
	void away(Runnable action) {
		this.cluster.proxies().forEach(TcpProxy::refuse);
		try {
			action.run();
		}
		finally {
			this.cluster.proxies().forEach(TcpProxy::open);
		}
	}

	void writeMuch() {
		this.log.writeMuch(this.cluster.admin().client());
	}

	void restore() {
		this.log.setBack();
		this.cluster.restore(this.backup);
	}

	static void pass(Duration duration) {
		long end = System.nanoTime() + duration.toNanos();
		for (long left = duration.toNanos(); left > 0; left = end - System.nanoTime()) {
			LockSupport.parkNanos(left);
		}
	}

}
