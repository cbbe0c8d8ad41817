package org.etcdevent.benchmarks.inside;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.etcdevent.backlog.Backlog;
import org.etcdevent.backlog.HandledKeys;
import org.etcdevent.etcd.Entry;
import org.etcdevent.etcd.Key;
import org.etcdevent.feed.Change;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What an event costs by the number of keys that are pending already: one of a further
 * key, which becomes pending, and one of a key that is.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 200)
@Measurement(iterations = 50)
public class BacklogBenchmark {

	private static final int EVENTS = 1_000;

	/** How many keys are pending. */
	@Param({ "1000", "1000000" })
	public int pending;

	private Backlog backlog = new Backlog(new HandledKeys());

	private final List<Change> further = new ArrayList<>();

	private final List<Change> again = new ArrayList<>();

	private int next;

	private long revision;

	/** Fills the backlog. */
	@Setup(Level.Trial)
	public void fill() {
		this.backlog = new Backlog(new HandledKeys());
		this.backlog.open(1);
		this.backlog.add(changes(0, this.pending), ++this.revision);
		this.next = this.pending;
	}

	/** Makes what is going to happen, as a feed would, right before. */
	@Setup(Level.Invocation)
	public void happen() {
		this.further.clear();
		this.further.addAll(changes(this.next, EVENTS));
		this.next += EVENTS;
		this.again.clear();
		this.again.addAll(changes((int) (this.revision * EVENTS % this.pending), EVENTS));
	}

	/** Events of keys that are not pending. */
	@Benchmark
	@OperationsPerInvocation(EVENTS)
	public void furtherKeys() {
		this.backlog.add(this.further, ++this.revision);
	}

	/** Events of keys that are pending. */
	@Benchmark
	@OperationsPerInvocation(EVENTS)
	public void pendingKeys() {
		this.backlog.add(this.again, ++this.revision);
	}

	private List<Change> changes(int first, int count) {
		List<Change> changes = new ArrayList<>(count);
		for (int i = first; i < first + count; i++) {
			Key key = new Key("bench/key-%07d".formatted(i).getBytes(StandardCharsets.UTF_8));
			changes.add(new Change(null, new Entry(key, new byte[128], this.revision + 1)));
		}
		return changes;
	}

}
