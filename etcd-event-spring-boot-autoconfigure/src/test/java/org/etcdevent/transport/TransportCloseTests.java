package org.etcdevent.transport;

import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.grpc.ManagedChannel;
import org.etcdevent.etcd.Key;
import org.etcdevent.transport.TransportDriver.Answer;
import org.etcdevent.transport.TransportDriver.Heard;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the end of {@link GrpcTransport}: nothing stays behind, whatever it was at.
 */
class TransportCloseTests {

	@BeforeEach
	void noThreadsOfOthers() {
		await().until(TransportCloseTests::noThread);
	}

	@Test
	void leavesNoThreadAndNoConnectionBehindWhileEverythingIsUnderWay() throws InterruptedException {
		try (OddEtcd etcd = new OddEtcd()) {
			CountDownLatch asked = new CountDownLatch(2);
			etcd.range = (request, answer) -> asked.countDown();
			etcd.txn = (request, answer) -> asked.countDown();
			TransportDriver driver = new TransportDriver(etcd.endpoint());
			Heard heard = driver.open();
			heard.next("connected");
			Answer read = driver.read();
			Answer keys = driver.readKeys(List.of(new Key(new byte[] { 'k' })), 1);
			OddWatch server = etcd.stream();
			server.events(1, false, 101);
			assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
			driver.close();
			await().until(TransportCloseTests::noThread);
			await().until(() -> etcd.connections.get() == 0);
			assertThat(server.over.await(10, TimeUnit.SECONDS)).isTrue();
			assertThat(read.isPage()).isFalse();
			assertThat(keys.isPage()).isFalse();
		}
	}

	@Test
	void endsWhileItWaitsForAConnectionThatNeverComes() {
		// Documentation's own addresses lead nowhere.
		TransportDriver driver = new TransportDriver(URI.create("http://192.0.2.1:2379"));
		driver.open();
		driver.read();
		driver.close();
		await().until(TransportCloseTests::noThread);
		assertThat(driver.breaches).isEmpty();
	}

	@Test
	void closesTwiceAndUnused() {
		TransportDriver driver = new TransportDriver(URI.create("http://127.0.0.1:1"));
		driver.close();
		driver.close();
		await().until(TransportCloseTests::noThread);
		assertThat(driver.breaches).isEmpty();
	}

	@Test
	void closesOnItsOwnLoopWithoutWaitingForItself() {
		TransportDriver driver = new TransportDriver(URI.create("http://127.0.0.1:1"));
		Duration took = driver.ask(() -> {
			long begin = System.nanoTime();
			driver.transport.close();
			return Duration.ofNanos(System.nanoTime() - begin);
		});
		await().until(TransportCloseTests::noThread);
		assertThat(took).isLessThan(Duration.ofSeconds(1));
	}

	@Test
	void tasksAndTimersAfterTheEndAreDropped() {
		TransportDriver driver = new TransportDriver(URI.create("http://127.0.0.1:1"));
		driver.close();
		CountDownLatch ran = new CountDownLatch(1);
		driver.transport.loop().execute(ran::countDown);
		driver.transport.loop().schedule(1, ran::countDown).cancel();
		await().until(TransportCloseTests::noThread);
		assertThat(ran.getCount()).isOne();
	}

	@Test
	void aChannelThatIsMadeAfterTheEndIsEndedAsWell() {
		TransportSettings settings = new TransportSettings(List.of(URI.create("http://127.0.0.1:1")), null, null, null);
		try (TransportDriver driver = new TransportDriver(settings)) {
			Channels channels = new Channels(settings, (EventLoop) driver.transport.loop(), List.of());
			InetSocketAddress address = new InetSocketAddress("127.0.0.1", 1);
			URI endpoint = settings.endpoints().get(0);
			ManagedChannel before = driver.ask(() -> channels.open(settings, endpoint, address));
			driver.tell(channels::close);
			ManagedChannel after = driver.ask(() -> channels.open(settings, endpoint, address));
			await().until(() -> before.isTerminated() && after.isTerminated());
			assertThat(after.isShutdown()).isTrue();
		}
	}

	private static boolean noThread() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.noneMatch((thread) -> thread.getName().startsWith("etcd-event"));
	}

}
