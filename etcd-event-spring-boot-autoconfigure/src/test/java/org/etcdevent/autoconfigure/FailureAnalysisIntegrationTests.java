package org.etcdevent.autoconfigure;

import java.nio.file.Path;

import io.etcd.jetcd.Auth;
import org.etcdevent.EtcdUpdate;
import org.etcdevent.EtcdValue;
import org.etcdevent.EtcdWatch;
import org.etcdevent.testsupport.EtcdAdmin;
import org.etcdevent.testsupport.EtcdServer;
import org.etcdevent.testsupport.SelfSigned;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What an application prints that an etcd does not let in.
 */
@ExtendWith(OutputCaptureExtension.class)
class FailureAnalysisIntegrationTests {

	private static EtcdServer server;

	@BeforeAll
	static void startServer() {
		server = EtcdServer.create();
		try (EtcdAdmin admin = new EtcdAdmin(server)) {
			Auth auth = admin.client().getAuthClient();
			EtcdAdmin.get(auth.userAdd(EtcdAdmin.bytes("root"), EtcdAdmin.bytes("secret")));
			EtcdAdmin.get(auth.userGrantRole(EtcdAdmin.bytes("root"), EtcdAdmin.bytes("root")));
			EtcdAdmin.get(auth.userAdd(EtcdAdmin.bytes("app"), EtcdAdmin.bytes("s3same")));
			EtcdAdmin.get(auth.authEnable());
		}
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@Test
	void wrongCredentials(CapturedOutput output) {
		assertThat(analysis(output, server, "etcd.event.username=app", "etcd.event.password=0pen"))
			.contains("Description:", "'words' on 'words/'", "etcd does not let the user 'app' in", "Action:",
					"Set 'etcd.event.username' and 'etcd.event.password' if etcd requires a user, or correct them.")
			.doesNotContain("0pen");
	}

	@Test
	void noCredentials(CapturedOutput output) {
		assertThat(analysis(output, server)).contains("Description:", "'words' on 'words/'",
				"etcd requires a user: set 'etcd.event.username' and 'etcd.event.password'", "Action:",
				"Set 'etcd.event.username' and 'etcd.event.password' if etcd requires a user");
		assertThat(output.getAll().lines().filter((line) -> line.contains("WARN") && line.contains("OutageLog")))
			.singleElement()
			.asString()
			.contains("etcd refuses to answer; retrying: ", "set 'etcd.event.username' and 'etcd.event.password'");
	}

	@Test
	void tlsToAnEtcdWithoutIt(CapturedOutput output) {
		try (EtcdServer plain = EtcdServer.create()) {
			String https = plain.endpoint().toString().replace("http:", "https:");
			assertThat(analysisAt(output, https)).contains("Description:", "'words' on 'words/'",
					"etcd may not serve TLS at this endpoint", "Action:", "use http:// in 'etcd.event.endpoints'");
		}
	}

	@Test
	void noTlsToAnEtcdThatWantsIt(@TempDir Path folder, CapturedOutput output) {
		try (EtcdServer secure = EtcdServer.createSecure(new SelfSigned(folder, "server"), null)) {
			String http = secure.endpoint().toString().replace("https:", "http:");
			assertThat(analysisAt(output, http)).contains("Description:", "'words' on 'words/'",
					"etcd may require TLS at this endpoint", "Action:", "use https:// in 'etcd.event.endpoints'");
		}
	}

	@Test
	void noPermission(CapturedOutput output) {
		assertThat(analysis(output, server, "etcd.event.username=app", "etcd.event.password=s3same"))
			.contains("Description:", "'words' on 'words/'", "PERMISSION_DENIED", "Action:",
					"Grant a role of the etcd user ('etcd.event.username') the permission to read the range")
			.doesNotContain("s3same");
	}

	@Test
	void badCertificate(@TempDir Path folder, CapturedOutput output) {
		try (EtcdServer secure = EtcdServer.createSecure(new SelfSigned(folder, "server"), null)) {
			assertThat(analysis(output, secure)).contains("Description:", "'words' on 'words/'", "Action:",
					"Have the authority that signed it trusted", "'etcd.event.ssl.bundle'");
		}
	}

	@Test
	void aReadThatIsNotAllowed(CapturedOutput output) {
		assertThat(FailedStart.analysis(output, Reading.class, "etcd.event.endpoints=" + server.endpoint(),
				"etcd.event.username=app", "etcd.event.password=0pen", "etcd.event.sync-timeout=3s",
				"etcd.event.values.word.key=word", "etcd.event.values.word.type=java.lang.String"))
			.contains("Description:", "No initial state of 'word'", "etcd does not let the user 'app' in", "Action:",
					"Set 'etcd.event.username' and 'etcd.event.password' if etcd requires a user, or correct them.")
			.doesNotContain("0pen");
	}

	private static String analysis(CapturedOutput output, EtcdServer etcd, String... properties) {
		return analysisAt(output, etcd.endpoint().toString(), properties);
	}

	private static String analysisAt(CapturedOutput output, String endpoint, String... properties) {
		String[] all = new String[properties.length + 3];
		System.arraycopy(properties, 0, all, 0, properties.length);
		all[properties.length] = "etcd.event.endpoints=" + endpoint;
		all[properties.length + 1] = "etcd.event.watch.startup=fail";
		all[properties.length + 2] = "etcd.event.watch.startup-timeout=3s";
		return FailedStart.analysis(output, Watching.class, all);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Watching {

		@EtcdWatch(value = "words/", id = "words")
		void onWord(EtcdUpdate<String> update) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Reading {

		@Bean
		String text(EtcdValue<String> word) {
			return word.get().orElse("");
		}

	}

}
