package org.etcdevent.testsupport;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.etcd.jetcd.KeyValue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link EtcdServer}.
 */
@Tag("every-etcd")
class EtcdServerIntegrationTests {

	private final EtcdServer server = EtcdServer.create();

	private final EtcdAdmin admin = new EtcdAdmin(this.server);

	@AfterEach
	void close() {
		this.admin.close();
		this.server.close();
	}

	@Test
	void keepsItsDataWhenItIsKilled() {
		this.admin.put("key", "value");
		this.server.kill();
		assertThat(this.server.isRunning()).isFalse();
		this.server.start();
		assertThat(read("key")).isEqualTo("value");
	}

	@Test
	void goesBackToWhatWasBackedUp() {
		this.admin.put("key", "old");
		this.server.kill();
		Path backup = this.server.backUp();
		this.server.start();
		long revision = this.admin.put("key", "new");
		this.server.kill();
		this.server.restore(backup);
		this.server.start();
		assertThat(read("key")).isEqualTo("old");
		assertThat(this.admin.revision()).isLessThan(revision);
	}

	@Test
	void goesBackToASnapshot(@TempDir Path folder) {
		this.admin.put("key", "old");
		long saved = this.admin.revision();
		Path snapshot = folder.resolve("snapshot");
		this.admin.snapshot(snapshot);
		this.admin.put("key", "new");
		this.server.kill();
		this.server.restoreSnapshot(snapshot);
		this.server.start();
		assertThat(read("key")).isEqualTo("old");
		assertThat(this.admin.revision()).isEqualTo(saved);
	}

	@Test
	void isOfTheVersionThatWasAskedFor() {
		String asked = System.getenv().getOrDefault("ETCD_VERSION", "3");
		assertThat(this.admin.status(this.server.endpoint()).getVersion() + ".").startsWith(asked + ".");
	}

	@Test
	void doesNotOutliveTheJvm() throws IOException, InterruptedException {
		Process jvm = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"),
				"-Dmaven.multiModuleProjectDirectory=" + System.getProperty("maven.multiModuleProjectDirectory", "."),
				Orphan.class.getName())
			.redirectError(ProcessBuilder.Redirect.DISCARD)
			.start();
		long pid = Long.parseLong(jvm.inputReader().readLine());
		ProcessHandle etcd = ProcessHandle.of(pid).orElseThrow();
		jvm.destroyForcibly().waitFor();
		assertThat(etcd.onExit().orTimeout(10, TimeUnit.SECONDS)).succeedsWithin(Duration.ofSeconds(11));
	}

	private String read(String key) {
		KeyValue first = EtcdAdmin.get(this.admin.client().getKVClient().get(EtcdAdmin.bytes(key))).getKvs().get(0);
		return first.getValue().toString();
	}

	/** Starts a server and waits to be killed. */
	static final class Orphan {

		private Orphan() {
		}

		public static void main(String[] args) throws IOException {
			EtcdServer server = EtcdServer.create();
			System.out.println(server.pid());
			System.in.read();
		}

	}

}
