package org.etcdevent.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

import io.etcd.jetcd.Client;

/**
 * Threads that write all the time, past the proxies, each to a part of the keys, so that
 * the order of a key's writes is theirs.
 */
final class Writers {

	private static final int COUNT = 4;

	private final WriteLog log;

	private final Client client;

	private final List<Thread> threads = new ArrayList<>();

	private volatile boolean writing = true;

	Writers(WriteLog log, Client client) {
		this.log = log;
		this.client = client;
	}

	void start(long seed) {
		SplittableRandom seeds = new SplittableRandom(seed);
		for (int i = 0; i < COUNT; i++) {
			int first = i * (this.log.keys() / COUNT);
			SplittableRandom random = seeds.split();
			Thread writer = new Thread(() -> write(first, random), "chaos-writer-" + i);
			writer.setDaemon(true);
			writer.start();
			this.threads.add(writer);
		}
	}

	private void write(int first, SplittableRandom random) {
		while (this.writing) {
			int size = 1 + random.nextInt(8);
			int offset = random.nextInt(this.log.keys() / COUNT - size);
			try {
				this.log.write(this.client, first + offset, size, random.nextInt(5) == 0);
			}
			catch (IllegalStateException ex) {
				// It may have been written or not; etcd is down at the moment.
				Scene.pass(Duration.ofMillis(100));
			}
		}
	}

	void stop() throws InterruptedException {
		this.writing = false;
		for (Thread thread : this.threads) {
			thread.join();
		}
	}

}
