package org.etcdevent.benchmarks.contender;

import java.util.function.Supplier;

/**
 * The contenders.
 */
public enum ContenderKind {

	/** This library: annotated methods in a Spring context. */
	ETCD_EVENT("etcd-event", EtcdEventContender::new),

	/** jetcd's watch: a read, then a watch from the revision after it. */
	JETCD("jetcd raw", () -> new JetcdContender(false)),

	/** IBM etcd-java's cache of a range, with a listener. */
	RANGE_CACHE("RangeCache", RangeCacheContender::new),

	/** What any of them has to do at the least: gRPC, and decoding. */
	FLOOR("floor", FloorContender::new),

	/** The same as {@link #JETCD}, by a user who begins anew after each error. */
	JETCD_ANEW("jetcd, begun anew", () -> new JetcdContender(true));

	private final String label;

	private final Supplier<Contender> maker;

	ContenderKind(String label, Supplier<Contender> maker) {
		this.label = label;
		this.maker = maker;
	}

	/**
	 * A new one.
	 * @return the contender
	 */
	public Contender make() {
		return this.maker.get();
	}

	@Override
	public String toString() {
		return this.label;
	}

}
