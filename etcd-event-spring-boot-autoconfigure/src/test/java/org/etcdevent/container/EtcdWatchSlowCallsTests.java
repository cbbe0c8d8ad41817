package org.etcdevent.container;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SlowCalls}.
 */
@ExtendWith(OutputCaptureExtension.class)
class EtcdWatchSlowCallsTests extends AbstractContainerTests {

	private final CountDownLatch goOn = new CountDownLatch(1);

	private final SlowCalls slowCalls = new SlowCalls(Duration.ofMillis(50), () -> List.of(this.container),
			this::thread);

	@AfterEach
	void end() {
		this.goOn.countDown();
		this.slowCalls.stop();
	}

	@Test
	void aSlowCallIsOneWarnWithItsStackAndNoValue(CapturedOutput output) {
		this.etcd.put("a/1", "top secret");
		start((update) -> {
			hangHere();
			record(update);
		});
		this.slowCalls.start();
		await(() -> assertThat(output).contains("A call of watch 'w' has been running for ")
			.contains("on thread etcd-watch-w-1")
			.contains("EtcdWatchSlowCallsTests.hangHere("));
		Duration reported = this.container.status().currentCall();
		await(() -> assertThat(this.container.status().currentCall()).isGreaterThan(reported.plusMillis(150)));
		assertThat(output).containsOnlyOnce("A call of watch").doesNotContain("secret");
		this.goOn.countDown();
		await(() -> assertThat(this.calls).containsExactly("a/1=top secret"));
		await(() -> assertThat(this.container.status().currentCall()).isNull());
	}

	@Test
	void eachSlowCallIsReported(CapturedOutput output) {
		CountDownLatch first = new CountDownLatch(1);
		this.etcd.put("a/1", "x").put("a/2", "x");
		start((update) -> {
			if (update.key().equals("a/1")) {
				first.await();
			}
			else {
				hangHere();
			}
		});
		this.slowCalls.start();
		await(() -> assertThat(output).containsOnlyOnce("A call of watch"));
		first.countDown();
		await(() -> assertThat(output.getOut().split("A call of watch", -1)).hasSize(3));
	}

	@Test
	void itsThreadLivesFromStartToStop() {
		create(this::record);
		this.slowCalls.start();
		this.slowCalls.start();
		assertThat(this.threads).hasSize(1).last().satisfies((thread) -> {
			assertThat(thread.getName()).isEqualTo("etcd-watch-slow-calls");
			assertThat(thread.isDaemon()).isTrue();
			assertThat(thread.isAlive()).isTrue();
		});
		this.slowCalls.stop();
		this.slowCalls.stop();
		assertThat(this.threads).noneMatch(Thread::isAlive);
	}

	@Test
	void withoutAThreadNothingFails(CapturedOutput output) {
		SlowCalls without = new SlowCalls(Duration.ofMillis(50), List::of, (task) -> {
			throw new OutOfMemoryError("unable to create native thread");
		});
		without.start();
		without.stop();
		assertThat(output).containsOnlyOnce("Slow calls of watches are not reported");
	}

	private void hangHere() throws InterruptedException {
		this.goOn.await();
	}

}
