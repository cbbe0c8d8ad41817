package org.etcdevent.chaos;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import org.etcdevent.testsupport.EtcdCluster;

/**
 * A cluster under writers, compactions and faults, one fault after the other. After each
 * it is measured how long witnesses take to hold what is written after it. It knows
 * nothing of how they follow:
 *
 * <pre>
 * Witness witness = new Witness("somebody", log);
 * // let it follow log.prefix() at chaos.endpoints()
 * chaos.start();
 * chaos.strike(Fault.shuffled(3, 60, seed), Duration.ofSeconds(60), List.of(witness));
 * chaos.stop(30_000);
 * chaos.settle(List.of(witness));
 * System.out.println(chaos.report());
 * // witness.violations()
 * </pre>
 *
 * Not thread-safe.
 */
public final class Chaos implements AutoCloseable {

	private final EtcdCluster cluster;

	private final WriteLog log;

	private final Duration patience;

	private final Random random;

	private final Writers writers;

	private final Compaction compaction;

	private final Probe probe;

	private final Recoveries recoveries = new Recoveries();

	private final Map<Fault, Integer> struck = new EnumMap<>(Fault.class);

	private final long started = System.nanoTime();

	/** Those who follow can log in as one of them. */
	private final Users users;

	/** What {@link Fault#RESTORE} goes back to. */
	private final List<Path> backup;

	/**
	 * Takes a cluster, whose members are started anew.
	 * @param cluster what to break; it is closed with this
	 * @param log where to note what is written
	 * @param patience how long to wait after a fault, and in the end, for those who
	 * follow
	 * @param seed the same one aims at the same members, as far as connections are the
	 * same
	 */
	public Chaos(EtcdCluster cluster, WriteLog log, Duration patience, long seed) {
		this.cluster = cluster;
		this.log = log;
		this.patience = patience;
		this.random = new Random(seed);
		this.users = new Users(cluster.admin(), cluster.endpoints());
		this.backup = cluster.backUp();
		this.writers = new Writers(log, cluster.admin().client());
		this.compaction = new Compaction(cluster);
		this.probe = new Probe(cluster, log);
	}

	/**
	 * Where to follow what is written.
	 * @return the URLs of the proxies
	 */
	public List<URI> endpoints() {
		return this.cluster.proxied();
	}

	/**
	 * As whom to follow: the cluster asks at times.
	 * @return the name of the user
	 */
	public String user() {
		return Users.NAME;
	}

	public String password() {
		return Users.PASSWORD;
	}

	/** Starts to write and to compact. */
	public void start() {
		this.writers.start(this.random.nextLong());
		this.compaction.start();
	}

	/**
	 * Strikes with one fault after the other.
	 * @param faults which ones
	 * @param duration over which time, at the least, they are spread evenly
	 * @param witnesses whom to wait for after each of them
	 */
	public void strike(List<Fault> faults, Duration duration, Collection<Witness> witnesses) {
		long begin = System.nanoTime();
		for (int i = 0; i < faults.size(); i++) {
			Scene.pass(Duration.ofNanos(begin + duration.toNanos() / faults.size() * i - System.nanoTime()));
			Fault fault = faults.get(i);
			fault.strike(new Scene(this.cluster, Scene.aim(this.cluster, this.random), this.random, this.compaction,
					this.log, this.backup, this.users));
			this.struck.merge(fault, 1, Integer::sum);
			awaitRecovery(fault, witnesses);
			this.compaction.resume();
		}
	}

	private void awaitRecovery(Fault fault, Collection<Witness> witnesses) {
		long mended = System.nanoTime();
		long counter = this.probe.write(this.patience);
		List<Witness> waiting = new ArrayList<>(witnesses);
		while (!waiting.isEmpty() && System.nanoTime() - mended < this.patience.toNanos()) {
			waiting.removeIf((witness) -> {
				boolean holds = witness.holds(this.probe.key(), counter);
				if (holds) {
					this.recoveries.add(witness, fault, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - mended));
				}
				return holds;
			});
			Scene.pass(Duration.ofMillis(1));
		}
		waiting.forEach((witness) -> this.recoveries.miss(witness, fault));
	}

	/**
	 * Ends writing and compacting.
	 * @param least how many writes there must have been before
	 * @throws InterruptedException if the thread is interrupted
	 */
	public void stop(long least) throws InterruptedException {
		while (this.log.confirmed() < least) {
			Scene.pass(Duration.ofMillis(10));
		}
		this.writers.stop();
		this.compaction.close();
	}

	/**
	 * Reads what is in etcd, past the proxies, and waits until witnesses hold just that.
	 * What they do not hold after all the patience they have violated.
	 * @param witnesses for whom to wait
	 * @return what is in etcd, the counters by key
	 */
	public Map<String, Long> settle(Collection<Witness> witnesses) {
		Map<String, Long> truth = this.log.read(this.cluster.admin().client());
		long deadline = System.nanoTime() + this.patience.toNanos();
		witnesses.forEach((witness) -> witness.settle(truth, deadline));
		return truth;
	}

	/**
	 * How often each fault struck.
	 * @return counts of those that did
	 */
	public Map<Fault, Integer> struck() {
		return this.struck;
	}

	/**
	 * How long a witness took after faults, where it was in time.
	 * @param witness the witness
	 * @return milliseconds, the shortest time first
	 */
	public List<Long> recoveries(Witness witness) {
		return this.recoveries.times(witness);
	}

	/**
	 * After which faults witnesses did not recover in time.
	 * @return counts by witness and fault; empty if all did
	 */
	public Map<String, Map<Fault, Integer>> missed() {
		return this.recoveries.missed();
	}

	/**
	 * What happened, for people.
	 * @return several lines
	 */
	public String report() {
		return "%d member(s), %d s: %d writes of %d keys confirmed (%d asked for), %d compactions, %d faults%n%s"
			.formatted(this.cluster.members().size(), Duration.ofNanos(System.nanoTime() - this.started).toSeconds(),
					this.log.confirmed(), this.log.keys(), this.log.attempts(), this.compaction.count(),
					this.struck.values().stream().mapToInt(Integer::intValue).sum(), this.recoveries);
	}

	@Override
	public void close() {
		this.compaction.close();
		this.cluster.close();
	}

}
