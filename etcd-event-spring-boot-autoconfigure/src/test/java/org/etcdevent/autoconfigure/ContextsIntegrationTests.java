package org.etcdevent.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.etcd.jetcd.Client;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.awaitility.Awaitility;
import org.etcdevent.EtcdUpdate;
import org.etcdevent.EtcdWatch;
import org.etcdevent.actuate.EtcdHealthIndicator;
import org.etcdevent.actuate.EtcdWatchMetrics;
import org.etcdevent.consumer.FeedValues;
import org.etcdevent.listener.EtcdWatchRegistry;
import org.etcdevent.testsupport.EtcdAdmin;
import org.etcdevent.testsupport.EtcdServer;
import org.etcdevent.testsupport.FollowedEtcd;
import org.etcdevent.transport.GrpcTransport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestContextManager;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Applications as they come and go in one JVM: lazy ones, restarted ones, parents and
 * children, several at once. None leaves anything behind.
 */
class ContextsIntegrationTests {

	private static final Duration PATIENCE = FollowedEtcd.PATIENCE;

	private static final HttpClient HTTP = HttpClient.newHttpClient();

	/** Open watch calls. */
	private static final Pattern STREAMS = Pattern.compile("(?m)^etcd_debugging_mvcc_watch_stream_total (\\S+)$");

	/** Files and connections that the server has open. */
	private static final Pattern FILES = Pattern.compile("(?m)^process_open_fds (\\S+)$");

	private final MeterRegistry meters = new SimpleMeterRegistry();

	/** Where the contexts of the test framework connect to. */
	private static URI endpoint;

	private EtcdServer server;

	private EtcdAdmin admin;

	private long threads;

	private long files;

	@BeforeEach
	void startServer() throws IOException, InterruptedException {
		this.server = EtcdServer.create();
		endpoint = this.server.endpoint();
		this.admin = new EtcdAdmin(this.server);
		this.admin.put("words/a", "one");
		this.threads = ownThreads();
		this.files = metric(FILES);
	}

	@AfterEach
	void stopServer() {
		this.admin.close();
		this.server.close();
	}

	@Test
	void watchesRunWhereAllBeansAreLazy() throws Exception {
		try (ConfigurableApplicationContext context = start(Application.class, "spring.main.lazy-initialization=true",
				"etcd.event.values.word.key=words/a", "etcd.event.values.word.type=java.lang.String")) {
			// Before anybody asks for the bean.
			assertThat(context.getBean(EtcdWatchRegistry.class).ids()).containsExactly("words");
			assertThat(next(updates(context))).isEqualTo("words/a=one");
			assertThat(context.getBeanFactory().containsSingleton("word")).isFalse();
		}
		assertThatNothingIsLeft();
	}

	@Test
	void aRestartWithAnotherClassLoaderBeginsAnew() throws Exception {
		for (int i = 0; i < 3; i++) {
			ClassLoader restart = new RestartLoader();
			Class<?> application = restart.loadClass(Application.class.getName());
			assertThat(application).isNotSameAs(Application.class);
			Thread.currentThread().setContextClassLoader(restart);
			try (ConfigurableApplicationContext context = start(application)) {
				assertThat(next(updates(context))).isEqualTo("words/a=one");
			}
			finally {
				Thread.currentThread().setContextClassLoader(getClass().getClassLoader());
			}
			Awaitility.await().atMost(PATIENCE).until(() -> threadsOf(restart).isEmpty());
		}
		assertThatNothingIsLeft();
	}

	@Test
	void aContextThatIsPausedHasNoThreadAndGoesOnWhereItWas() throws Exception {
		this.admin.put("words/b", "stays");
		try (ConfigurableApplicationContext context = start(Application.class)) {
			BlockingQueue<String> updates = updates(context);
			assertThat(List.of(next(updates), next(updates))).containsExactlyInAnyOrder("words/a=one", "words/b=stays");
			context.stop();
			assertThat(threads("etcd-watch-words")).isEmpty();
			this.admin.delete("words/a");
			this.admin.put("words/c", "new");
			context.start();
			assertThat(List.of(next(updates), next(updates))).containsExactlyInAnyOrder("words/a deleted",
					"words/c=new");
			assertThat(updates).isEmpty();
		}
		assertThatNothingIsLeft();
	}

	@Test
	void aContextThatTheTestFrameworkPausesGoesOnWhereItWas() throws Exception {
		this.admin.put("words/b", "stays");
		Tested first = new Tested(FirstTest.class);
		assertThat(List.of(first.next(), first.next())).containsExactlyInAnyOrder("words/a=one", "words/b=stays");
		first.end();
		Tested second = new Tested(SecondTest.class);
		assertThat(List.of(second.next(), second.next())).containsExactlyInAnyOrder("words/a=one", "words/b=stays");
		assertThat(threads("etcd-watch-words")).as("the threads of the second context").hasSize(1);
		this.admin.delete("words/a");
		this.admin.put("words/c", "new");
		assertThat(List.of(second.next(), second.next())).containsExactlyInAnyOrder("words/a deleted", "words/c=new");
		assertThat(first.updates()).isEmpty();
		// It is dirty, and so is closed.
		second.end();
		Tested firstAgain = new Tested(FirstTest.class);
		assertThat(firstAgain.context()).isSameAs(first.context());
		assertThat(List.of(firstAgain.next(), firstAgain.next())).containsExactlyInAnyOrder("words/a deleted",
				"words/c=new");
		assertThat(firstAgain.updates()).isEmpty();
		firstAgain.manager().getTestContext().markApplicationContextDirty(null);
		assertThatNothingIsLeft();
	}

	@Test
	void aDirtyContextIsClosedAndTheNextBeginsAnew() throws Exception {
		Tested dirty = new Tested(SecondTest.class);
		assertThat(dirty.next()).isEqualTo("words/a=one");
		dirty.end();
		assertThatNothingIsLeft();
		Tested fresh = new Tested(SecondTest.class);
		assertThat(fresh.context()).isNotSameAs(dirty.context());
		assertThat(fresh.next()).isEqualTo("words/a=one");
		fresh.end();
		assertThatNothingIsLeft();
	}

	@Test
	void aChildUsesTheConnectionOfItsParentAndHasWatchesOfItsOwn() throws Exception {
		try (ConfigurableApplicationContext parent = start(Application.class)) {
			assertThat(next(updates(parent))).isEqualTo("words/a=one");
			try (ConfigurableApplicationContext child = builder(Child.class).parent(parent).run(arguments())) {
				assertThat(next(child.getBean(Child.class).updates)).isEqualTo("words/a=one");
				// Health and meters are the parent's alone, as are all of Boot's.
				for (Class<?> shared : List.of(Client.class, GrpcTransport.class, FeedValues.class,
						EtcdConnectionDetails.class, EtcdHealthIndicator.class, EtcdWatchMetrics.class)) {
					assertThat(child.getBean(shared)).isSameAs(parent.getBean(shared));
				}
				assertThat(child.getBean(EtcdWatchRegistry.class).ids()).containsExactly("others");
				assertThat(parent.getBean(EtcdWatchRegistry.class).ids()).containsExactly("words");
				assertThat(updates(parent)).isEmpty();
			}
			assertThat(watchesWithMeters()).containsExactly("words");
			this.admin.put("words/a", "two");
			assertThat(next(updates(parent))).isEqualTo("words/a=two");
		}
		assertThatNothingIsLeft();
	}

	@Test
	void aChildWithoutAutoConfigurationReadsTheValuesOfItsParent() throws Exception {
		try (ConfigurableApplicationContext parent = start(Application.class, "etcd.event.values.word.key=words/a",
				"etcd.event.values.word.type=java.lang.String");
				ConfigurableApplicationContext child = builder(Plain.class).parent(parent).run(arguments())) {
			assertThat(child.getBean("word")).isSameAs(parent.getBean("word"));
		}
		assertThatNothingIsLeft();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void applicationsEndInAnyOrder(boolean firstEndsFirst) throws Exception {
		ConfigurableApplicationContext first = start(Application.class);
		ConfigurableApplicationContext second = start(Application.class);
		assertThat(next(updates(first))).isEqualTo("words/a=one");
		assertThat(next(updates(second))).isEqualTo("words/a=one");
		(firstEndsFirst ? first : second).close();
		ConfigurableApplicationContext left = firstEndsFirst ? second : first;
		this.admin.put("words/a", "two");
		assertThat(next(updates(left))).isEqualTo("words/a=two");
		left.close();
		assertThatNothingIsLeft();
	}

	private ConfigurableApplicationContext start(Class<?> application, String... properties) {
		return builder(application).run(arguments(properties));
	}

	private SpringApplicationBuilder builder(Class<?> application) {
		return new SpringApplicationBuilder(application).web(WebApplicationType.NONE)
			.resourceLoader(new DefaultResourceLoader(application.getClassLoader()))
			.initializers((context) -> {
				if (context.getParent() == null) {
					context.getBeanFactory().registerSingleton("meters", this.meters);
				}
			});
	}

	private String[] arguments(String... properties) {
		List<String> arguments = new ArrayList<>();
		arguments.add("--etcd.event.endpoints=" + this.server.endpoint());
		for (String property : properties) {
			arguments.add("--" + property);
		}
		return arguments.toArray(String[]::new);
	}

	@SuppressWarnings("unchecked")
	private static BlockingQueue<String> updates(ConfigurableApplicationContext context) {
		return context.getBean("updates", BlockingQueue.class);
	}

	private static String next(BlockingQueue<String> updates) throws InterruptedException {
		String update = updates.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
		assertThat(update).isNotNull();
		return update;
	}

	private void assertThatNothingIsLeft() {
		assertThat(watchesWithMeters()).isEmpty();
		Awaitility.await("the watch streams to end").atMost(PATIENCE).until(() -> metric(STREAMS) == 0);
		Awaitility.await("the connections to end").atMost(PATIENCE).until(() -> metric(FILES) <= this.files);
		Awaitility.await("the threads to end").atMost(PATIENCE).until(() -> ownThreads() <= this.threads);
	}

	private List<String> watchesWithMeters() {
		return this.meters.getMeters()
			.stream()
			.map(Meter::getId)
			.filter((id) -> id.getName().startsWith("etcd."))
			.map((id) -> id.getTag("watch"))
			.distinct()
			.toList();
	}

	private long metric(Pattern pattern) throws IOException, InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(this.server.endpoint().resolve("/metrics")).build();
		Matcher value = pattern.matcher(HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body());
		assertThat(value.find()).isTrue();
		return (long) Double.parseDouble(value.group(1));
	}

	private static long ownThreads() {
		return threads("etcd-").size();
	}

	private static List<Thread> threads(String prefix) {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().startsWith(prefix))
			.toList();
	}

	private static List<Thread> threadsOf(ClassLoader loader) {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getContextClassLoader() == loader)
			.toList();
	}

	/** Loads the application itself, as the loader of devtools does. */
	private static final class RestartLoader extends ClassLoader {

		RestartLoader() {
			super(ContextsIntegrationTests.class.getClassLoader());
		}

		@Override
		protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
			Class<?> loaded = findLoadedClass(name);
			if (loaded != null || !name.startsWith(Application.class.getName())) {
				return (loaded != null) ? loaded : super.loadClass(name, resolve);
			}
			try (InputStream file = getResourceAsStream(name.replace('.', '/') + ".class")) {
				byte[] bytes = file.readAllBytes();
				return defineClass(name, bytes, 0, bytes.length);
			}
			catch (IOException ex) {
				throw new ClassNotFoundException(name, ex);
			}
		}

	}

	/** A test class as Spring's test framework runs it. */
	private record Tested(TestContextManager manager, ConfigurableApplicationContext context) {

		Tested(Class<?> type) throws Exception {
			this(new TestContextManager(type));
			this.manager.beforeTestClass();
		}

		private Tested(TestContextManager manager) {
			this(manager, (ConfigurableApplicationContext) manager.getTestContext().getApplicationContext());
		}

		BlockingQueue<String> updates() {
			return ContextsIntegrationTests.updates(this.context);
		}

		String next() throws InterruptedException {
			return ContextsIntegrationTests.next(updates());
		}

		void end() throws Exception {
			this.manager.afterTestClass();
		}

	}

	abstract static class AbstractTest {

		@DynamicPropertySource
		static void etcd(DynamicPropertyRegistry properties) {
			properties.add("etcd.event.endpoints", () -> endpoint);
		}

	}

	@SpringBootTest(classes = Application.class, properties = "order=first",
			webEnvironment = SpringBootTest.WebEnvironment.NONE)
	static class FirstTest extends AbstractTest {

	}

	@DirtiesContext
	@SpringBootTest(classes = Application.class, properties = "order=second",
			webEnvironment = SpringBootTest.WebEnvironment.NONE)
	static class SecondTest extends AbstractTest {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	public static class Application {

		private final BlockingQueue<String> updates = new LinkedBlockingQueue<>();

		@EtcdWatch(value = "words/", id = "words")
		public void onWord(EtcdUpdate<String> update) {
			this.updates.add(update.key() + (update.isDeletion() ? " deleted" : "=" + update.value()));
		}

		@Bean
		public BlockingQueue<String> updates() {
			return this.updates;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Child {

		private final BlockingQueue<String> updates = new LinkedBlockingQueue<>();

		@EtcdWatch(value = "words/", id = "others")
		void onWord(EtcdUpdate<String> update) {
			this.updates.add(update.key() + "=" + update.value());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Plain {

	}

}
