package org.etcdevent.feed;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.etcdevent.EtcdValue;
import org.etcdevent.EtcdWatchState;
import org.etcdevent.testsupport.EtcdAdmin;
import org.etcdevent.testsupport.EtcdCluster;
import org.etcdevent.testsupport.EtcdServer;
import org.etcdevent.testsupport.FollowedEtcd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The member that a watch is connected to says no more, while the others are well. With
 * the usual settings, the watch goes on at one of them in good time.
 */
@Tag("every-etcd")
class FailoverIntegrationTests {

	private static final Duration LIMIT = Duration.ofSeconds(15);

	private EtcdCluster cluster;

	private FollowedEtcd etcd;

	private EtcdValue<String> value;

	@BeforeEach
	void follow() {
		this.cluster = EtcdCluster.create(3);
		this.etcd = new FollowedEtcd(this.cluster.proxied());
		this.value = this.etcd.value("key");
		Awaitility.await()
			.atMost(FollowedEtcd.PATIENCE)
			.until(() -> this.value.freshness().state() == EtcdWatchState.LIVE);
	}

	@AfterEach
	void close() {
		this.value.close();
		this.etcd.close();
		this.cluster.close();
	}

	@Test
	void itsConnectionsBecomeABlackHole() throws InterruptedException {
		int number = followed();
		assertGoesOnElsewhere(number, () -> this.cluster.proxy(number).silence());
	}

	@Test
	void itsAnswersBecomeABlackHole() throws InterruptedException {
		int number = followed();
		assertGoesOnElsewhere(number, () -> this.cluster.proxy(number).silenceAnswers());
	}

	@Test
	void itIsFrozen() throws InterruptedException {
		int number = followed();
		EtcdServer member = this.cluster.member(number);
		if (this.cluster.leader() == member) {
			this.cluster.moveLeader(this.cluster.member((number + 1) % 3));
		}
		assertGoesOnElsewhere(number, member::freeze);
		member.thaw();
	}

	/** The number of the member that has the watch. */
	private int followed() {
		return IntStream.range(0, 3)
			.filter((number) -> this.cluster.member(number).watchStreams() > 0)
			.findFirst()
			.orElseThrow();
	}

	private void assertGoesOnElsewhere(int number, Runnable fault) throws InterruptedException {
		List<EtcdServer> others = this.cluster.members()
			.stream()
			.filter((member) -> member != this.cluster.member(number))
			.toList();
		try (EtcdAdmin admin = new EtcdAdmin(others.stream().map(EtcdServer::endpoint).toList())) {
			admin.revision();
			fault.run();
			long begin = System.nanoTime();
			long revision = admin.put("key", "one");
			assertThat(this.value.await(revision, LIMIT)).isTrue();
			Duration time = Duration.ofNanos(System.nanoTime() - begin);
			System.out.println("live on another member after " + time.toMillis() + " ms");
			assertThat(time).isLessThan(LIMIT);
			assertThat(this.value.get()).hasValue("one");
			assertThat(others.stream().mapToLong(EtcdServer::watchStreams).sum()).isPositive();
			// It is the watch that goes on, not a read that told.
			long next = admin.put("key", "two");
			assertThat(this.value.await(next, FollowedEtcd.PATIENCE)).isTrue();
			assertThat(this.value.freshness().state()).isEqualTo(EtcdWatchState.LIVE);
		}
	}

}
