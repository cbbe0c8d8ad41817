package org.etcdevent.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.etcd.jetcd.Client;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.options.GetOption;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.awaitility.Awaitility;
import org.etcdevent.EtcdUpdate;
import org.etcdevent.EtcdValue;
import org.etcdevent.EtcdWatch;
import org.etcdevent.actuate.EtcdHealthIndicator;
import org.etcdevent.actuate.EtcdWatchesEndpoint;
import org.etcdevent.listener.EtcdWatchRegistry;
import org.etcdevent.testsupport.EtcdAdmin;
import org.etcdevent.testsupport.EtcdServer;
import org.etcdevent.testsupport.FollowedEtcd;
import org.etcdevent.testsupport.TcpProxy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Applications in namespaces of one etcd.
 */
@Tag("every-etcd")
@ExtendWith(OutputCaptureExtension.class)
class NamespaceIntegrationTests {

	private static final Duration PATIENCE = FollowedEtcd.PATIENCE;

	private EtcdServer server;

	private EtcdAdmin admin;

	@BeforeEach
	void startServer() {
		this.server = EtcdServer.create();
		this.admin = new EtcdAdmin(this.server);
	}

	@AfterEach
	void stopServer() {
		this.admin.close();
		this.server.close();
	}

	@Test
	void twoApplicationsDoNotSeeOneAnother() {
		this.admin.put("words/outside", "of both");
		this.admin.put("one/", "no name");
		in("one/").run((one) -> in("two/").run((two) -> {
			put(one, "words/a", "of one");
			put(two, "words/a", "of two");
			assertThat(next(one)).isEqualTo("words/a=of one");
			assertThat(next(two)).isEqualTo("words/a=of two");
			EtcdAdmin.get(writes(one).delete(EtcdAdmin.bytes("words/a")));
			assertThat(next(one)).isEqualTo("words/a deleted");
			long revision = put(two, "words/b", "last");
			assertThat(next(two)).isEqualTo("words/b=last");
			long after = put(one, "words/c", "after all");
			assertThat(next(one)).isEqualTo("words/c=after all");
			assertThat(value(one, "every").await(after, PATIENCE)).isTrue();
			assertThat(value(one, "every").snapshot().entries()).containsOnlyKeys("words/c");
			assertThat(value(two, "every").await(revision, PATIENCE)).isTrue();
			assertThat(value(two, "every").snapshot().entries()).containsOnlyKeys("words/a", "words/b");
			assertThat(value(two, "word").get()).contains("of two");
			assertThat(updates(one)).isEmpty();
			assertThat(updates(two)).isEmpty();
		}));
		assertThat(this.admin.client().getKVClient().get(EtcdAdmin.bytes("two/words/b")).join().getKvs())
			.extracting((pair) -> pair.getValue().toString())
			.containsExactly("last");
	}

	@Test
	void theClientReadsWhatTheWatchesSee() {
		this.admin.put("other/words/a", "of another");
		in("one/").run((context) -> {
			put(context, "words/a", "of one");
			List<KeyValue> all = EtcdAdmin
				.get(writes(context).get(EtcdAdmin.bytes("\0"),
						GetOption.builder().withRange(EtcdAdmin.bytes("\0")).build()))
				.getKvs();
			assertThat(all).extracting((pair) -> pair.getKey().toString()).containsExactly("words/a");
			assertThat(next(context)).isEqualTo("words/a=of one");
		});
	}

	@Test
	@Tag("compaction-race")
	void aResyncAfterACompactionStaysInTheNamespace() {
		try (TcpProxy proxy = new TcpProxy(this.server.port())) {
			this.admin.put("one/words/a", "first");
			this.admin.put("one/words/b", "stays");
			in("one/").withPropertyValues("etcd.event.endpoints=" + proxy.endpoint()).run((context) -> {
				assertThat(List.of(next(context), next(context))).containsExactlyInAnyOrder("words/a=first",
						"words/b=stays");
				proxy.refuse();
				this.admin.delete("one/words/a");
				this.admin.put("one/words/c", "new");
				this.admin.put("words/a", "outside");
				long revision = this.admin.put("two/words/a", "of another");
				this.admin.compact(revision);
				proxy.open();
				assertThat(List.of(next(context), next(context))).containsExactlyInAnyOrder("words/a deleted",
						"words/c=new");
				assertThat(value(context, "every").await(revision, PATIENCE)).isTrue();
				assertThat(value(context, "every").snapshot().entries()).containsOnlyKeys("words/b", "words/c");
				assertThat(updates(context)).isEmpty();
			});
		}
	}

	@Test
	void nothingThatIsShownNamesTheNamespace(CapturedOutput output) {
		in("secret-ns/").run((context) -> {
			put(context, "words/a", "bad");
			assertThat(next(context)).isEqualTo("words/a=bad");
			assertThat(context.getBean(MeterRegistry.class).getMeters()).extracting(Meter::getId)
				.extracting((id) -> id.getTag("range"))
				.contains("words/");
			EtcdWatchesEndpoint endpoint = new EtcdWatchesEndpoint(context.getBean(EtcdWatchRegistry.class));
			assertThat(endpoint.watch("words").range()).isEqualTo("words/");
			assertThat(context.getBean(EtcdHealthIndicator.class).health().getDetails().toString()).contains("words/")
				.doesNotContain("secret-ns");
			Awaitility.await().atMost(PATIENCE).until(() -> output.getAll().contains("words/a"));
			assertThat(output).doesNotContain("secret-ns");
		});
	}

	private ApplicationContextRunner in(String namespace) {
		return new ApplicationContextRunner().withUserConfiguration(Application.class)
			.withPropertyValues("etcd.event.endpoints=" + this.server.endpoint(), "etcd.event.namespace=" + namespace,
					"etcd.event.values.word.key=words/a", "etcd.event.values.word.type=java.lang.String",
					"etcd.event.values.every.key=*", "etcd.event.values.every.type=java.lang.String");
	}

	private static KV writes(ApplicationContext context) {
		return context.getBean(Client.class).getKVClient();
	}

	private static long put(ApplicationContext context, String key, String value) {
		return EtcdAdmin.get(writes(context).put(EtcdAdmin.bytes(key), EtcdAdmin.bytes(value)))
			.getHeader()
			.getRevision();
	}

	@SuppressWarnings("unchecked")
	private static EtcdValue<String> value(ApplicationContext context, String name) {
		return context.getBean(name, EtcdValue.class);
	}

	private static BlockingQueue<String> updates(ApplicationContext context) {
		return context.getBean(Application.class).updates;
	}

	private static String next(ApplicationContext context) throws InterruptedException {
		String update = updates(context).poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
		assertThat(update).isNotNull();
		return update;
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		private final BlockingQueue<String> updates = new LinkedBlockingQueue<>();

		@EtcdWatch(value = "words/", id = "words")
		void onWord(EtcdUpdate<String> update) {
			this.updates.add(update.key() + (update.isDeletion() ? " deleted" : "=" + update.value()));
			if ("bad".equals(update.value())) {
				throw new IllegalStateException("It is bad");
			}
		}

		@Bean
		MeterRegistry meterRegistry() {
			return new SimpleMeterRegistry();
		}

	}

}
