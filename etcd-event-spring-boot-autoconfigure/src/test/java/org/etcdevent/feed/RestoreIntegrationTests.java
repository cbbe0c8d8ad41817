package org.etcdevent.feed;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import io.etcd.jetcd.Auth;
import io.etcd.jetcd.auth.Permission;
import org.awaitility.Awaitility;
import org.etcdevent.EtcdUpdate;
import org.etcdevent.EtcdValue;
import org.etcdevent.EtcdWatchState;
import org.etcdevent.EtcdWatcher;
import org.etcdevent.WatchStatus;
import org.etcdevent.consumer.StatusSource;
import org.etcdevent.testsupport.EtcdAdmin;
import org.etcdevent.testsupport.EtcdCluster;
import org.etcdevent.testsupport.EtcdServer;
import org.etcdevent.testsupport.FollowedEtcd;
import org.etcdevent.testsupport.TcpProxy;
import org.etcdevent.transport.TransportSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * An etcd that is restored while nobody is connected, and is written to until it is past
 * the revision that was known: names, ids, revision and term look as if it had gone on.
 * The first connection shows it all the same, and only what differs is delivered.
 */
class RestoreIntegrationTests {

	/** From the first connection on. */
	private static final Duration LIMIT = Duration.ofSeconds(20);

	private static final Duration PATIENCE = FollowedEtcd.PATIENCE;

	private static final int FEW = 10;

	private static final int MANY = 100_000;

	/** How many keys are written at once. */
	private static final int TRANSACTION = 100;

	private static final String RANGE = "keys/";

	private static final String ELSEWHERE = "elsewhere";

	private static final String ROOT = "root";

	private static final String USER = "app";

	private static final String PASSWORD = "s3same";

	@TempDir
	private Path folder;

	private EtcdCluster cluster;

	private EtcdAdmin admin;

	private FollowedEtcd etcd;

	private EtcdValue<String> value;

	private EtcdWatcher<String> watcher;

	private boolean authenticated;

	/** What the watcher told, all together. */
	private final Map<String, String> told = new HashMap<>();

	/** The keys of which it told something since they were last forgotten. */
	private final Set<String> toldKeys = new HashSet<>();

	/** What it told although it had told just that before. */
	private final List<String> toldTwice = new ArrayList<>();

	@AfterEach
	void close() {
		if (this.etcd != null) {
			this.watcher.close();
			this.value.close();
			this.etcd.close();
		}
		if (this.cluster != null) {
			this.admin.close();
			this.cluster.close();
		}
	}

	@ParameterizedTest
	@CsvSource({ "OF_ANOTHER_RANGE, " + FEW, "OF_ANOTHER_RANGE, " + MANY, "MISSING, " + FEW, "MISSING, " + MANY })
	void threeMembersAreRestoredFromASnapshot(Last last, int keys) throws InterruptedException {
		create(3, keys);
		Path snapshot = snapshot();
		follow();
		long position = writeBefore(last);
		away(() -> this.cluster.restoreSnapshot(snapshot), () -> writeAfter(last, position, "new"));
		assertIsNoticed(1);
	}

	@ParameterizedTest
	@CsvSource({ "OF_ANOTHER_RANGE, " + FEW, "MISSING, " + FEW, "ANOTHER_KEY, " + FEW, "ANOTHER_VALUE, " + FEW,
			"SAME, " + FEW, "OF_ANOTHER_RANGE, " + MANY, "MISSING, " + MANY, "ANOTHER_KEY, " + MANY,
			"ANOTHER_VALUE, " + MANY, "SAME, " + MANY })
	void oneMemberIsRestoredFromASnapshot(Last last, int keys) throws InterruptedException {
		create(1, keys);
		Path snapshot = snapshot();
		follow();
		long position = writeBefore(last);
		away(() -> this.cluster.restoreSnapshot(snapshot), () -> writeAfter(last, position, "new"));
		assertIsNoticed(1);
	}

	@ParameterizedTest
	@ValueSource(ints = { FEW, MANY })
	@Tag("compaction-race")
	void oneMemberIsRestoredFromASnapshotAndItsHistoryCompacted(int keys) throws InterruptedException {
		create(1, keys);
		Path snapshot = snapshot();
		follow();
		long position = writeBefore(Last.MISSING);
		away(() -> this.cluster.restoreSnapshot(snapshot), () -> {
			writeAfter(Last.MISSING, position, "new");
			this.admin.compact(this.admin.put(ELSEWHERE, "compacted"));
		});
		assertIsNoticed(1);
	}

	@ParameterizedTest
	@ValueSource(ints = { FEW, MANY })
	void oneMemberIsRestoredFromASnapshotAndIsFarAhead(int keys) throws InterruptedException {
		create(1, keys);
		Path snapshot = snapshot();
		follow();
		long position = writeBefore(Last.MISSING);
		away(() -> this.cluster.restoreSnapshot(snapshot), () -> {
			writeAfter(Last.MISSING, position, "new");
			writeMuch();
		});
		assertIsNoticed(1);
	}

	@Test
	void aDataDirectoryIsPutBackAndIsFarAhead() throws InterruptedException {
		create(1, FEW);
		List<Path> backup = this.cluster.backUp();
		follow();
		long position = writeBefore(Last.MISSING);
		away(() -> this.cluster.restore(backup), () -> {
			writeAfter(Last.MISSING, position, "new");
			writeMuch();
		});
		assertIsNoticed(1);
	}

	@ParameterizedTest
	@EnumSource
	void aDataDirectoryIsPutBack(Last last) throws InterruptedException {
		create(1, FEW);
		List<Path> backup = this.cluster.backUp();
		follow();
		long position = writeBefore(last);
		away(() -> this.cluster.restore(backup), () -> writeAfter(last, position, "new"));
		assertIsNoticed(1);
	}

	@ParameterizedTest
	@EnumSource
	@Tag("compaction-race")
	void aDataDirectoryIsPutBackAndItsHistoryCompacted(Last last) throws InterruptedException {
		create(1, FEW);
		List<Path> backup = this.cluster.backUp();
		follow();
		long position = writeBefore(last);
		away(() -> this.cluster.restore(backup), () -> {
			writeAfter(last, position, "new");
			this.admin.compact(this.admin.put(ELSEWHERE, "compacted"));
		});
		assertIsNoticed(1);
	}

	@ParameterizedTest
	@CsvSource({ "1, " + FEW, "3, " + FEW, "1, " + MANY })
	@Tag("compaction-race")
	void theRevisionIsBumpedAndMarkedAsCompacted(int members, int keys) throws InterruptedException {
		assumeThat(EtcdServer.canRestoreWith("--bump-revision"))
			.as("the program that restores snapshots has --bump-revision")
			.isTrue();
		create(members, keys);
		Path snapshot = snapshot();
		follow();
		long position = writeBefore(Last.MISSING);
		away(() -> this.cluster.restoreSnapshot(snapshot, "--bump-revision", "1000000000", "--mark-compacted"),
				() -> writeAfter(Last.MISSING, position, "new"));
		assertThat(this.admin.revision()).isGreaterThan(1_000_000_000);
		assertIsNoticed(1);
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 3 })
	void theSameSnapshotIsRestoredTwice(int members) throws InterruptedException {
		create(members, FEW);
		Path snapshot = snapshot();
		follow();
		long position = writeBefore(Last.MISSING);
		away(() -> this.cluster.restoreSnapshot(snapshot), () -> writeAfter(Last.MISSING, position, "new"));
		long next = assertIsNoticed(1);
		away(() -> this.cluster.restoreSnapshot(snapshot), () -> writeAfter(Last.MISSING, next, "newer"));
		assertIsNoticed(2);
	}

	@ParameterizedTest
	@CsvSource({ "OF_ANOTHER_RANGE, " + FEW, "MISSING, " + FEW, "SAME, " + FEW, "MISSING, " + MANY,
			"ANOTHER_KEY, " + MANY })
	void aUserMayReadTheRangeOnly(Last last, int keys) throws InterruptedException {
		create(1, keys);
		authenticate();
		Path snapshot = snapshot();
		follow();
		long position = writeBefore(last);
		away(() -> this.cluster.restoreSnapshot(snapshot), () -> writeAfter(last, position, "new"));
		assertIsNoticed(1);
	}

	@Test
	void noLossOfAConnectionIsTakenForARestore() throws InterruptedException {
		create(3, FEW);
		writeKeys("many/", 2_000);
		follow();
		try (EtcdValue<String> many = this.etcd.value("many/")) {
			AtomicBoolean done = new AtomicBoolean();
			AtomicInteger written = new AtomicInteger();
			CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> writeUntil(done, written));
			for (int i = 0; i < 60; i++) {
				EtcdServer restarted = (i % 10 == 5) ? this.cluster.member(i / 10 % 3) : null;
				if (restarted != null) {
					restarted.kill();
				}
				int next = written.get() + 10;
				Awaitility.await().atMost(PATIENCE).until(() -> written.get() >= next);
				long before = status(this.value).reconnects();
				this.cluster.proxies().forEach(TcpProxy::cut);
				Awaitility.await().atMost(PATIENCE).until(() -> status(this.value).reconnects() > before);
				if (restarted != null) {
					restarted.start();
				}
			}
			// The past is compared within ten seconds.
			Awaitility.await("no restore to be seen")
				.during(Duration.ofSeconds(12))
				.atMost(PATIENCE)
				.until(() -> !status(this.value).resyncs().containsKey("epoch")
						&& !status(many).resyncs().containsKey("epoch"));
			done.set(true);
			writer.join();
			Map<String, String> content = this.admin.all(RANGE);
			Map<String, String> contentOfMany = this.admin.all("many/");
			Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
				drain();
				assertThat(differences(content, this.told)).isEmpty();
				assertThat(differences(content, this.value.snapshot().entries())).isEmpty();
				assertThat(differences(contentOfMany, many.snapshot().entries())).isEmpty();
			});
			assertThat(status(this.value).reconnects()).isGreaterThanOrEqualTo(60);
			assertThat(status(this.value).resyncs()).doesNotContainKey("epoch");
			assertThat(status(many).resyncs()).doesNotContainKey("epoch");
			assertThat(this.toldTwice).isEmpty();
		}
	}

	private void writeUntil(AtomicBoolean done, AtomicInteger written) {
		while (!done.get()) {
			int number = written.get();
			try {
				this.admin.put(key(number % FEW), "value " + number);
				this.admin.put("many/" + number % 50, "value " + number);
				this.admin.delete("many/" + (number + 25) % 50);
			}
			catch (IllegalStateException ex) {
				// A member went while it was asked.
			}
			written.incrementAndGet();
		}
	}

	private void create(int members, int keys) {
		this.cluster = EtcdCluster.create(members);
		this.admin = connect();
		writeKeys(RANGE, keys);
	}

	private EtcdAdmin connect() {
		return this.authenticated ? new EtcdAdmin(this.cluster.endpoints(), ROOT, PASSWORD)
				: new EtcdAdmin(this.cluster.endpoints());
	}

	private void writeKeys(String prefix, int count) {
		for (int from = 0; from < count; from += TRANSACTION) {
			Map<String, String> part = new HashMap<>();
			for (int i = from; i < Math.min(count, from + TRANSACTION); i++) {
				part.put(prefix + i, "v" + i);
			}
			this.admin.put(part);
		}
	}

	/** From now on etcd asks who one is. */
	private void authenticate() {
		Auth auth = this.admin.client().getAuthClient();
		for (String name : List.of(ROOT, USER)) {
			EtcdAdmin.get(auth.roleAdd(EtcdAdmin.bytes(name)));
			EtcdAdmin.get(auth.userAdd(EtcdAdmin.bytes(name), EtcdAdmin.bytes(PASSWORD)));
			EtcdAdmin.get(auth.userGrantRole(EtcdAdmin.bytes(name), EtcdAdmin.bytes(name)));
		}
		// A slash is followed by a zero.
		EtcdAdmin.get(auth.roleGrantPermission(EtcdAdmin.bytes(USER), EtcdAdmin.bytes(RANGE), EtcdAdmin.bytes("keys0"),
				Permission.Type.READ));
		EtcdAdmin.get(auth.authEnable());
		this.authenticated = true;
		this.admin.close();
		this.admin = connect();
	}

	private Path snapshot() {
		// jetcd logs in for this, and not for the next.
		this.admin.revision();
		Path snapshot = this.folder.resolve("snapshot");
		this.admin.snapshot(snapshot);
		return snapshot;
	}

	private void follow() {
		this.etcd = new FollowedEtcd(new TransportSettings(this.cluster.proxied(), this.authenticated ? USER : null,
				this.authenticated ? PASSWORD : null, null), FeedSettings.defaults());
		this.value = this.etcd.value(RANGE);
		this.watcher = this.value.watch();
		Awaitility.await().atMost(PATIENCE).until(() -> this.value.freshness().state() == EtcdWatchState.LIVE);
		awaitTold();
	}

	/**
	 * What the restored etcd will not know.
	 * @param last what is written at the end
	 * @return the revision of that, which is the position of those who follow
	 */
	private long writeBefore(Last last) {
		this.admin.put(key(1), "old");
		this.admin.delete(key(2));
		this.admin.put(key(3), "equal");
		this.admin.put(key(4), "old");
		this.admin.put("keys/added", "old");
		for (int i = 0; i < 10; i++) {
			this.admin.put(ELSEWHERE, "old");
		}
		long position = this.admin.put((last != Last.OF_ANOTHER_RANGE) ? key(5) : ELSEWHERE, "old");
		awaitTold();
		Awaitility.await("all to be known up to " + position)
			.atMost(PATIENCE)
			.until(() -> this.value.freshness().revision() == position);
		return position;
	}

	/**
	 * What the restored etcd has instead, and some more.
	 * @param last what it has at the position
	 * @param position the revision of those who follow
	 * @param text a value that they do not know
	 */
	private void writeAfter(Last last, long position, String text) {
		long revision = this.admin.put(key(3), "equal");
		assertThat(revision).isNotEqualTo(position);
		while (revision < position - 1) {
			revision = this.admin.put(ELSEWHERE, text);
		}
		long instead = switch (last) {
			case OF_ANOTHER_RANGE, MISSING -> this.admin.put(ELSEWHERE, text);
			case ANOTHER_KEY -> this.admin.put(key(7), text);
			case ANOTHER_VALUE -> this.admin.put(key(5), text);
			case SAME -> this.admin.put(key(5), "old");
		};
		assertThat(instead).isEqualTo(Math.max(position, revision + 1));
		this.admin.put(key(4), text);
		this.admin.delete(key(6));
		this.admin.put("keys/fresh", text);
		for (int i = 0; i < 10; i++) {
			this.admin.put(ELSEWHERE, text);
		}
	}

	/** More revisions than a small range is caught up with. */
	private void writeMuch() {
		for (int i = 0; i < 1_500; i++) {
			this.admin.put(ELSEWHERE, "new");
		}
	}

	/** Nobody is connected while etcd is restored and written to. */
	private void away(Runnable restore, Runnable write) {
		long term = term();
		this.cluster.proxies().forEach(TcpProxy::refuse);
		Awaitility.await().atMost(PATIENCE).until(() -> this.value.freshness().state() == EtcdWatchState.RECONNECTING);
		this.admin.close();
		restore.run();
		this.admin = connect();
		// By its term alone it is not to be known.
		while (term() < term) {
			this.cluster.kill();
			this.cluster.start();
		}
		write.run();
		this.toldKeys.clear();
		this.cluster.proxies().forEach(TcpProxy::open);
	}

	private long term() {
		return this.cluster.members()
			.stream()
			.mapToLong((member) -> this.admin.status(member.endpoint()).getRaftTerm())
			.max()
			.orElseThrow();
	}

	/**
	 * The range was read again, is right, and only what differs was delivered.
	 * @param restores how often etcd was restored
	 * @return the revision up to which the range is known
	 */
	private long assertIsNoticed(int restores) {
		Map<String, String> before = new HashMap<>(this.told);
		Map<String, String> content = this.admin.all(RANGE);
		Awaitility.await("the restore to be noticed").atMost(LIMIT).untilAsserted(() -> {
			drain();
			WatchStatus status = status(this.value);
			assertThat(resyncs(status)).as(status.toString()).isGreaterThanOrEqualTo(restores);
			assertThat(differences(content, this.value.snapshot().entries())).as(status.toString()).isEmpty();
			assertThat(status.state()).as(status.toString()).isEqualTo(EtcdWatchState.LIVE);
		});
		// The watch goes on, and its events come after all earlier deliveries.
		String mark = "keys/mark";
		long position = this.admin.put(mark, "mark " + restores);
		content.put(mark, "mark " + restores);
		awaitTold();
		Set<String> changed = new HashSet<>(before.keySet());
		changed.addAll(content.keySet());
		changed.removeIf((key) -> Objects.equals(before.get(key), content.get(key)));
		assertThat(this.toldKeys).isEqualTo(changed);
		assertThat(this.toldTwice).isEmpty();
		Map<String, Long> resyncs = status(this.value).resyncs();
		assertThat(resyncs.keySet()).isSubsetOf("epoch", "compacted");
		assertThat(resyncs(status(this.value))).as("resyncs " + resyncs).isEqualTo(restores);
		assertThat(this.value.freshness().revision()).isEqualTo(position);
		return position;
	}

	private static WatchStatus status(EtcdValue<?> value) {
		return ((StatusSource) value).status();
	}

	private static long resyncs(WatchStatus status) {
		return status.resyncs().values().stream().mapToLong(Long::longValue).sum();
	}

	/** Waits until all that etcd has was delivered. */
	private void awaitTold() {
		Map<String, String> content = this.admin.all(RANGE);
		Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
			drain();
			assertThat(differences(content, this.told)).isEmpty();
		});
	}

	private void drain() {
		for (EtcdUpdate<String> update = this.watcher.poll(); update != null; update = this.watcher.poll()) {
			String before = update.isDeletion() ? this.told.remove(update.key())
					: this.told.put(update.key(), update.value());
			if (Objects.equals(before, update.value())) {
				this.toldTwice.add(update + " = " + before);
			}
			this.toldKeys.add(update.key());
		}
	}

	/** The first keys that are not as they should be. */
	private static Map<String, String> differences(Map<String, String> expected, Map<String, String> actual) {
		Map<String, String> differences = new TreeMap<>();
		if (!expected.equals(actual)) {
			Stream.concat(expected.keySet().stream(), actual.keySet().stream())
				.distinct()
				.filter((key) -> !Objects.equals(expected.get(key), actual.get(key)))
				.limit(20)
				.forEach((key) -> differences.put(key, actual.get(key) + " instead of " + expected.get(key)));
		}
		return differences;
	}

	private static String key(int number) {
		return RANGE + number;
	}

	/**
	 * What was last known of etcd, and what it has at that revision when it is restored.
	 */
	enum Last {

		/** No key of the range, before and after. */
		OF_ANOTHER_RANGE,

		/** A key of the range, and then one that is not. */
		MISSING,

		/** A key of the range, and then another one. */
		ANOTHER_KEY,

		/** A key of the range, and then the same with another value. */
		ANOTHER_VALUE,

		/** A key of the range, and then the same with the same value. */
		SAME

	}

}
