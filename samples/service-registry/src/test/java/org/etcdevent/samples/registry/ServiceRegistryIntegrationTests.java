package org.etcdevent.samples.registry;

import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

import org.etcdevent.testsupport.EtcdAdmin;
import org.etcdevent.testsupport.EtcdServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

/**
 * The sample on a real etcd, and another instance that is a process.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = "management.server.port=0")
@ExtendWith(OutputCaptureExtension.class)
class ServiceRegistryIntegrationTests {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	@LocalServerPort
	private int port;

	@LocalManagementPort
	private int managementPort;

	@Autowired
	private ApplicationContext context;

	@Autowired
	private Instances instances;

	@Autowired
	private Registration registration;

	@Autowired
	private Leadership leadership;

	@DynamicPropertySource
	static void etcd(DynamicPropertyRegistry properties) {
		properties.add("etcd.event.endpoints", () -> EtcdServer.shared().endpoint());
	}

	@AfterEach
	void comeBack() {
		await().atMost(PATIENCE).until(() -> this.instances.all().size() == 1);
	}

	@Test
	void instancesAreCalledInTurnAndVanishWhenTheyAreKilled(@TempDir Path folder) throws Exception {
		try (InstanceProcess other = new InstanceProcess(folder.resolve("log"), EtcdServer.shared().endpoint())) {
			await().atMost(PATIENCE).until(() -> this.instances.all().size() == 2);
			Set<String> greetings = new HashSet<>();
			await().atMost(PATIENCE).until(() -> {
				greetings.add(call());
				return greetings.size() == 2;
			});
			assertThat(greetings).contains("Hello from process " + other.pid());
			other.freeze();
			assertThat(call()).as("whose turn it is while the other hangs").isEqualTo(own());
			assertThat(call()).isEqualTo(own());
		}
		assertThat(call()).as("whose turn it is while the other is still in the list").isEqualTo(own());
		assertThat(call()).isEqualTo(own());
		await().atMost(PATIENCE).until(() -> this.instances.all().size() == 1);
		assertThat(call()).isEqualTo(own());
	}

	@Test
	void anInstanceWhoseEntryIsGoneComesBack() {
		Registration.Held before = awaitHeld();
		try (EtcdAdmin admin = new EtcdAdmin(EtcdServer.shared())) {
			admin.delete(before.key());
		}
		await().atMost(PATIENCE).until(() -> !awaitHeld().equals(before) && this.leadership.token().isPresent());
		assertThat(awaitHeld().key()).isNotEqualTo(before.key());
		assertThat(this.leadership.token()).hasValue(awaitHeld().revision());
	}

	@Test
	void aWriteWithAnEarlierTokenIsRefused() throws Exception {
		Registration.Held before = awaitHeld();
		this.registration.stop();
		this.registration.start();
		assertThat(awaitHeld().revision()).isGreaterThan(before.revision());
		assertThat(this.leadership.put(before, "fenced", "earlier")).isFalse();
		await().atMost(PATIENCE).until(() -> this.leadership.put("fenced", "now"));
	}

	@Test
	void whoStopsIsGoneAtOnce() {
		String key = awaitHeld().key();
		this.registration.stop();
		try (EtcdAdmin admin = new EtcdAdmin(EtcdServer.shared())) {
			assertThat(EtcdAdmin.get(admin.client().getKVClient().get(EtcdAdmin.bytes(key))).getCount()).isZero();
		}
		finally {
			this.registration.start();
		}
	}

	@Test
	void aChildContextNeitherRegistersNorEndsARegistration() {
		Registration.Held before = awaitHeld();
		assertThat(this.managementPort).isNotEqualTo(this.port);
		AnnotationConfigApplicationContext child = new AnnotationConfigApplicationContext();
		child.setParent(this.context);
		child.refresh();
		child.close();
		assertThat(this.instances.all()).containsExactly(new Instance("127.0.0.1", this.port));
		assertThat(awaitHeld().key()).isEqualTo(before.key());
	}

	@Test
	void anEntryThatIsMoreThanHostAndPortIsNotCalled(CapturedOutput output) {
		try (EtcdAdmin admin = new EtcdAdmin(EtcdServer.shared())) {
			String key = Instances.PREFIX + "odd";
			admin.put(key, "http://127.0.0.1:" + this.port + "/actuator/health?secret=1");
			await().atMost(PATIENCE).until(() -> output.getAll().contains("'" + key + "'"));
			admin.delete(key);
		}
		assertThat(this.instances.all()).containsExactly(new Instance("127.0.0.1", this.port));
		assertThat(output.getAll()).doesNotContain("secret");
	}

	/** A server that listens on all addresses has this one, too. */
	@Test
	void onlyThisMachineIsServed() {
		assertThat(call()).isEqualTo(own());
		assertThatIOException().isThrownBy(() -> new Socket("127.0.0.2", this.port).close());
	}

	private Registration.Held awaitHeld() {
		return await().atMost(PATIENCE).until(this.registration::held, Optional::isPresent).orElseThrow();
	}

	private static String own() {
		return "Hello from process " + ProcessHandle.current().pid();
	}

	private String call() {
		return String.valueOf(
				RestClient.create("http://127.0.0.1:" + this.port).get().uri("/call").retrieve().body(String.class));
	}

}
