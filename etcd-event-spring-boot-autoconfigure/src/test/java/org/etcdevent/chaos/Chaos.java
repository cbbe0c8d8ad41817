package org.etcdevent.chaos;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import io.etcd.jetcd.Client;
import org.etcdevent.EtcdValue;
import org.etcdevent.testsupport.EtcdAdmin;
import org.etcdevent.testsupport.EtcdServer;
import org.etcdevent.testsupport.TcpProxy;
import org.jspecify.annotations.Nullable;

/**
 * Members behind a proxy each, writers who reach them directly, and faults one after the
 * other. After each it is measured how long consumers took to have what was written after
 * it.
 */
final class Chaos implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private final List<EtcdServer> members;

	private final List<TcpProxy> proxies;

	private final SplittableRandom random;

	private final WriteLog log;

	private final AtomicBoolean writing = new AtomicBoolean();

	private final AtomicInteger restores = new AtomicInteger();

	private final List<Thread> writers = new ArrayList<>();

	/** Milliseconds from the end of a fault until all was well, by fault. */
	private final Map<Fault, List<Long>> recoveries = new EnumMap<>(Fault.class);

	private final EtcdAdmin admin;

	private @Nullable Path backup;

	Chaos(List<EtcdServer> members, WriteLog log, long seed) {
		this.members = members;
		this.proxies = members.stream().map((member) -> new TcpProxy(member.port())).toList();
		this.log = log;
		this.random = new SplittableRandom(seed);
		this.admin = new EtcdAdmin(members());
	}

	List<URI> endpoints() {
		return this.proxies.stream().map(TcpProxy::endpoint).toList();
	}

	/** Past the proxies. */
	List<URI> members() {
		return this.members.stream().map(EtcdServer::endpoint).toList();
	}

	int restores() {
		return this.restores.get();
	}

	EtcdAdmin admin() {
		return this.admin;
	}

	Map<Fault, List<Long>> recoveries() {
		return this.recoveries;
	}

	void startWriting(int count) {
		this.writing.set(true);
		for (int i = 0; i < count; i++) {
			int number = i;
			long seed = this.random.nextLong();
			Thread writer = new Thread(() -> write(number, count, new SplittableRandom(seed)), "chaos-writer-" + i);
			writer.setDaemon(true);
			writer.start();
			this.writers.add(writer);
		}
	}

	/** Each writer has a part of the keys, so that the order of its writes is theirs. */
	private void write(int number, int count, SplittableRandom choice) {
		int part = this.log.keys() / count;
		Client client = this.admin.client();
		while (this.writing.get()) {
			int size = 1 + choice.nextInt(8);
			int first = number * part + choice.nextInt(part - size);
			try {
				this.log.write(client, first, size, choice.nextInt(5) == 0);
			}
			catch (IllegalStateException ex) {
				// It may have been written or not; etcd is down at the moment.
				LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
			}
		}
	}

	void stopWriting() throws InterruptedException {
		this.writing.set(false);
		for (Thread writer : this.writers) {
			writer.join();
		}
	}

	/**
	 * Strikes again and again.
	 * @param seconds for how long
	 * @param probe sees what consumers see
	 */
	void strike(long seconds, EtcdValue<Long> probe) throws InterruptedException {
		long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
		while (System.nanoTime() - end < 0) {
			Fault fault = choose();
			strike(fault);
			long healed = System.nanoTime();
			awaitRecovery(fault, probe);
			this.recoveries.computeIfAbsent(fault, (key) -> new ArrayList<>())
				.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - healed));
		}
	}

	private Fault choose() {
		List<Fault> all = List.of(Fault.values()).stream().filter((fault) -> fault.fits(this.members.size())).toList();
		int chosen = this.random.nextInt(all.stream().mapToInt(Fault::weight).sum());
		for (Fault fault : all) {
			chosen -= fault.weight();
			if (chosen < 0) {
				return fault;
			}
		}
		throw new IllegalStateException();
	}

	private void strike(Fault fault) {
		int number = this.random.nextInt(this.members.size());
		EtcdServer member = this.members.get(number);
		TcpProxy proxy = this.proxies.get(number);
		switch (fault) {
			case CUT -> proxy.cut();
			case BLACK_HOLE -> {
				proxy.silence();
				pass(3_000);
				proxy.open();
			}
			case KILL -> {
				member.kill();
				member.start();
			}
			case FREEZE -> {
				member.freeze();
				pass(4_000);
				member.thaw();
			}
			case COMPACTION_WHILE_AWAY -> {
				this.proxies.forEach(TcpProxy::refuse);
				pass(100);
				// At a revision of no key that is followed: see the bugs of old servers.
				this.admin.compact(this.admin.put("barrier", ""));
				this.proxies.forEach(TcpProxy::open);
			}
			case QUORUM_LOSS -> {
				List<EtcdServer> others = this.members.stream().filter((each) -> each != member).toList();
				others.forEach(EtcdServer::kill);
				pass(3_000);
				others.forEach(EtcdServer::launch);
				this.members.forEach(EtcdServer::awaitHealthy);
			}
			case RESTORE -> {
				member.kill();
				this.restores.incrementAndGet();
				member.restore(this.backup);
				member.start();
			}
		}
	}

	/** Takes what {@link Fault#RESTORE} goes back to. */
	void backUp() {
		if (Fault.RESTORE.fits(this.members.size())) {
			EtcdServer member = this.members.get(0);
			member.kill();
			this.backup = member.backUp();
			member.start();
		}
	}

	private void awaitRecovery(Fault fault, EtcdValue<Long> probe) throws InterruptedException {
		long deadline = System.nanoTime() + PATIENCE.toNanos();
		while (System.nanoTime() - deadline < 0) {
			try {
				String value = Long.toString(this.random.nextLong(Long.MAX_VALUE));
				long revision = this.admin.put("probe", value);
				if (probe.await(revision, PATIENCE) && probe.get().map(String::valueOf).equals(Optional.of(value))) {
					return;
				}
			}
			catch (IllegalStateException ex) {
				// No leader yet.
			}
		}
		throw new AssertionError("Not all was well " + PATIENCE + " after " + fault);
	}

	private static void pass(long millis) {
		long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
		while (System.nanoTime() - end < 0) {
			LockSupport.parkNanos(end - System.nanoTime());
		}
	}

	@Override
	public void close() {
		this.writing.set(false);
		this.admin.close();
		this.proxies.forEach(TcpProxy::close);
		this.members.forEach(EtcdServer::close);
	}

}
