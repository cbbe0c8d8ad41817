package org.etcdevent.feed;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.awaitility.Awaitility;
import org.etcdevent.EtcdValue;
import org.etcdevent.EtcdWatchState;
import org.etcdevent.testsupport.EtcdServer;
import org.etcdevent.testsupport.FollowedEtcd;
import org.etcdevent.testsupport.TcpProxy;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * What an application costs an etcd that is not well, however many ranges it follows.
 */
@Tag("every-etcd")
class GentleIntegrationTests {

	private static final int MANY = 50;

	private static final Duration OUTAGE = Duration.ofSeconds(20);

	@Test
	void manyRangesConnectNoMoreOftenThanOne() {
		try (Application one = new Application(1); Application many = new Application(MANY)) {
			one.awaitLive(FollowedEtcd.PATIENCE);
			many.awaitLive(FollowedEtcd.PATIENCE);
			one.proxy.refuse();
			many.proxy.refuse();
			int before = one.proxy.connections();
			int beforeMany = many.proxy.connections();
			Awaitility.await("the outage to pass").pollDelay(OUTAGE).atMost(OUTAGE.plusSeconds(5)).until(() -> true);
			double rate = (one.proxy.connections() - before) / (double) OUTAGE.toSeconds();
			double rateOfMany = (many.proxy.connections() - beforeMany) / (double) OUTAGE.toSeconds();
			one.proxy.open();
			many.proxy.open();
			many.awaitLive(Duration.ofSeconds(2));
			one.awaitLive(Duration.ofSeconds(2));
			assertThat(rate).as("connections a second").isBetween(0.5, 6.0);
			assertThat(rateOfMany).as("connections a second of %s ranges", MANY).isCloseTo(rate, within(1.0));
		}
	}

	@Test
	void aConnectionThatBreaksAtItsFirstWatchIsMadeLessAndLessOften() {
		try (Application many = new Application(MANY)) {
			many.awaitLive(FollowedEtcd.PATIENCE);
			int before = many.proxy.connections();
			long end = System.nanoTime() + OUTAGE.toNanos();
			many.proxy.cut();
			while (System.nanoTime() < end) {
				many.awaitLive(FollowedEtcd.PATIENCE);
				many.proxy.cut();
			}
			double rate = (many.proxy.connections() - before) / (double) OUTAGE.toSeconds();
			assertThat(rate).as("connections a second").isLessThan(6.0);
			many.awaitLive(FollowedEtcd.PATIENCE);
		}
	}

	/** One who follows some ranges through a proxy of its own. */
	private static final class Application implements AutoCloseable {

		private final TcpProxy proxy = new TcpProxy(EtcdServer.shared().port());

		private final FollowedEtcd etcd = new FollowedEtcd(this.proxy.endpoint());

		private final List<EtcdValue<String>> values = new ArrayList<>();

		Application(int ranges) {
			for (int i = 0; i < ranges; i++) {
				this.values.add(this.etcd.value("gentle/" + i));
			}
		}

		void awaitLive(Duration limit) {
			Awaitility.await("all to be live")
				.pollInterval(Duration.ofMillis(5))
				.atMost(limit)
				.until(() -> this.values.stream()
					.allMatch((value) -> value.freshness().state() == EtcdWatchState.LIVE));
		}

		@Override
		public void close() {
			this.values.forEach(EtcdValue::close);
			this.etcd.close();
			this.proxy.close();
		}

	}

}
