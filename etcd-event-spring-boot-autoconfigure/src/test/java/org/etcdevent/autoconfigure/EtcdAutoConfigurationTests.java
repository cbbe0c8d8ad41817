package org.etcdevent.autoconfigure;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import org.etcdevent.EtcdDecoder;
import org.etcdevent.EtcdDecoderResolver;
import org.etcdevent.EtcdUpdate;
import org.etcdevent.EtcdValue;
import org.etcdevent.EtcdValues;
import org.etcdevent.EtcdWatch;
import org.etcdevent.KeyRange;
import org.etcdevent.consumer.FeedValues;
import org.etcdevent.listener.EtcdWatchRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.MapPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link EtcdAutoConfiguration}: nobody listens where these connect to.
 */
class EtcdAutoConfigurationTests {

	private static final int TLS_HANDSHAKE = 0x16;

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, EtcdAutoConfiguration.class));

	@Test
	void definesClientAndValues() {
		this.contextRunner.run((context) -> {
			assertThat(context).hasSingleBean(Client.class)
				.hasSingleBean(FeedValues.class)
				.hasSingleBean(EtcdValues.class)
				.hasSingleBean(EtcdDecoderResolver.class);
			assertThat(context.getBean(EtcdConnectionDetails.class).getEndpoints())
				.containsExactly(URI.create("http://localhost:2379"));
		});
	}

	@Test
	void startsWithoutAnyOptionalLibrary() {
		this.contextRunner
			.withClassLoader(new FilteredClassLoader("tools.jackson", "com.fasterxml.jackson", "io.micrometer",
					"org.springframework.boot.jackson", "org.springframework.boot.micrometer",
					"org.springframework.boot.actuate", "org.springframework.boot.health", "org.springframework.web"))
			.run((context) -> {
				assertThat(context).hasNotFailed().hasSingleBean(FeedValues.class);
				assertThat(context).doesNotHaveBean(JsonDecoders.class);
			});
	}

	@Test
	void backsOffWithoutJetcd() {
		this.contextRunner.withClassLoader(new FilteredClassLoader(Client.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(FeedValues.class));
	}

	@Test
	void theClientFollowsTheSameRecordsAsTheWatches() {
		assertThat(clientTarget()).isEqualTo("etcd-event://plaintext/dns+srv:///etcd.example.com");
		assertThat(clientTarget("etcd.event.ssl.bundle=etcd", "spring.ssl.bundle.jks.etcd.key.alias=x"))
			.isEqualTo("etcd-event://tls/dns+srv:///etcd.example.com");
	}

	private String clientTarget(String... properties) {
		AtomicReference<String> target = new AtomicReference<>();
		this.contextRunner.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class))
			.withPropertyValues("etcd.event.endpoints=dns+srv://etcd.example.com")
			.withPropertyValues(properties)
			.withBean(EtcdClientBuilderCustomizer.class, () -> (builder) -> target.set(builder.target()))
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(Client.class));
		return target.get();
	}

	@ParameterizedTest
	@ValueSource(strings = { "0", "-1", "2GB" })
	void refusesALargestMessageThatMakesNoSense(String size) {
		this.contextRunner.withPropertyValues("etcd.event.max-inbound-message-size=" + size)
			.run((context) -> assertFailure(context, "etcd.event.max-inbound-message-size"));
	}

	@Test
	void refusesAUserWithoutPassword() {
		this.contextRunner.withPropertyValues("etcd.event.username=root")
			.run((context) -> assertFailure(context, "etcd.event.username"));
	}

	@Test
	void refusesAPasswordWithoutUserAndDoesNotTellIt() {
		this.contextRunner.withPropertyValues("etcd.event.password=secret")
			.run((context) -> assertThat(assertFailure(context, "etcd.event.username"))
				.hasMessageNotContaining("secret"));
	}

	@Test
	void credentialsThatPlaceholdersLeaveEmptyAreNone() {
		this.contextRunner
			.withPropertyValues("etcd.event.username=${ETCD_USER:}", "etcd.event.password=${ETCD_SECRET:}")
			.run((context) -> {
				EtcdConnectionDetails details = context.getBean(EtcdConnectionDetails.class);
				assertThat(details.getUsername()).isNull();
				assertThat(details.getPassword()).isNull();
			});
	}

	@ParameterizedTest
	@ValueSource(strings = { "59s", "0", "-1m", "40000d" })
	void refusesAnAuditIntervalThatMakesNoSense(String interval) {
		this.contextRunner.withPropertyValues("etcd.event.audit-interval=" + interval)
			.run((context) -> assertFailure(context, "etcd.event.audit-interval"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "1m" })
	void takesAnAuditIntervalOrNone(String interval) {
		this.contextRunner.withPropertyValues("etcd.event.audit-interval=" + interval)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@ParameterizedTest
	@CsvSource({ "etcd.event.sync-timeout,soon", "etcd.event.liveness-timeout,x", "etcd.event.read.page-size,many",
			"etcd.event.read.page-bytes,8 apples", "etcd.event.watch.startup,never" })
	void refusesTextThatCannotBeConverted(String property, String value) {
		this.contextRunner.withPropertyValues(property + "=" + value).run((context) -> {
			assertThat(context).hasFailed();
			assertThat(context.getStartupFailure()).rootCause().isNotNull();
			assertThat(context.getStartupFailure())
				.satisfies((failure) -> assertThat(messages(failure)).contains(property));
		});
	}

	@Test
	void userClientWithEndpointsWins() {
		this.contextRunner.withUserConfiguration(ClientConfiguration.class)
			.withPropertyValues("etcd.event.endpoints=http://one:2379")
			.run((context) -> assertThat(context).hasSingleBean(Client.class).hasBean("mine"));
	}

	@Test
	void userClientWithConnectionDetailsWins() {
		this.contextRunner.withUserConfiguration(ClientConfiguration.class)
			.withBean(EtcdConnectionDetails.class, () -> () -> List.of(URI.create("http://two:2379")))
			.run((context) -> assertThat(context).hasSingleBean(Client.class)
				.hasBean("mine")
				.hasSingleBean(EtcdConnectionDetails.class));
	}

	@Test
	void userClientWithoutEndpointsIsRefusedWithBothRemedies() {
		this.contextRunner.withUserConfiguration(ClientConfiguration.class).run((context) -> {
			assertThat(context).hasFailed();
			assertThat(messages(context.getStartupFailure())).contains("etcd.event.endpoints")
				.contains(EtcdConnectionDetails.class.getName());
		});
	}

	@Test
	void clientSpeaksTlsToHttpsEndpoints() throws Exception {
		assertThat(firstByteFromClient("https")).isEqualTo(TLS_HANDSHAKE);
	}

	@Test
	void clientSpeaksPlaintextToHttpEndpoints() throws Exception {
		assertThat(firstByteFromClient("http")).isEqualTo((int) 'P');
	}

	@Test
	void customizersChangeTheClientInTheirOrder() {
		this.contextRunner.withUserConfiguration(CustomizerConfiguration.class)
			.withPropertyValues("etcd.event.username=ann", "etcd.event.password=s3same")
			.run((context) -> {
				assertThat(context).hasSingleBean(Client.class);
				assertThat(context.getBean(CustomizerConfiguration.class).seen).containsExactly("first ann",
						"second first");
			});
	}

	@Test
	void theClientKnowsTheNamespace() {
		List<ByteSequence> seen = new ArrayList<>();
		this.contextRunner.withPropertyValues("etcd.event.namespace=app/")
			.withBean(EtcdClientBuilderCustomizer.class, () -> (builder) -> seen.add(builder.namespace()))
			.run((context) -> {
				context.getBean(Client.class);
				assertThat(seen).containsExactly(ByteSequence.from("app/", StandardCharsets.UTF_8));
			});
	}

	@ParameterizedTest
	@ValueSource(strings = { " app/", "app/ ", "  ", "app/*" })
	void refusesANamespaceThatIsOdd(String namespace) {
		MapPropertySource untrimmed = new MapPropertySource("test", Map.of("etcd.event.namespace", namespace));
		this.contextRunner
			.withInitializer((context) -> context.getEnvironment().getPropertySources().addFirst(untrimmed))
			.run((context) -> assertFailure(context, "etcd.event.namespace"));
	}

	@Test
	void connectionDetailsWinOverProperties() {
		this.contextRunner.withPropertyValues("etcd.event.endpoints=nonsense")
			.withBean(EtcdConnectionDetails.class, () -> () -> List.of(URI.create("http://two:2379")))
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(EtcdConnectionDetails.class));
	}

	@Test
	void valuesAreBeansByNameAndByGenericType() {
		this.contextRunner.withUserConfiguration(ValuesConfiguration.class, Consumer.class)
			.withPropertyValues("etcd.event.values.limits.key=config/limits",
					"etcd.event.values.limits.type=" + Limits.class.getName(), "etcd.event.values.names.key=names/",
					"etcd.event.values.names.type=java.lang.String", "etcd.event.values.slice.key=a",
					"etcd.event.values.slice.range-end=c", "etcd.event.values.slice.type=byte[]")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				Consumer consumer = context.getBean(Consumer.class);
				assertThat(consumer.values).isSameAs(context.getBean("limits"));
				assertThat(consumer.limits.range()).isEqualTo(KeyRange.key("config/limits"));
				assertThat(consumer.names.range()).isEqualTo(KeyRange.prefix("names/"));
				assertThat(context.getBean("slice", EtcdValue.class).range()).isEqualTo(KeyRange.between("a", "c"));
			});
	}

	@Test
	void methodsAreCalledWhateverTheApplicationMakesValuesWith() {
		this.contextRunner.withConfiguration(AutoConfigurations.of(EtcdWatchAutoConfiguration.class))
			.withUserConfiguration(ValuesConfiguration.class)
			.withBean(Watching.class)
			.withPropertyValues("etcd.event.watch.startup=background")
			.run((context) -> {
				assertThat(context.getBean(EtcdValues.class)).isSameAs(context.getBean("values"));
				assertThat(context.getBean(EtcdWatchRegistry.class).ids()).containsExactly("words");
			});
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "type=com.acme.Missing|type", "type=|type", "key=|key",
					"type=org.etcdevent.autoconfigure.EtcdAutoConfigurationTests$Limits|type", "decoder=nobody|decoder",
					"range-end=a|range-end" })
	void refusesAValueThatCannotBeMade(String property, String named) {
		this.contextRunner.withUserConfiguration(ValuesConfiguration.class)
			.withClassLoader(new FilteredClassLoader("tools.jackson"))
			.withPropertyValues("etcd.event.values.limits.key=config/limits",
					"etcd.event.values.limits.type=java.lang.Integer", "etcd.event.values.limits." + property)
			.run((context) -> assertFailure(context, "etcd.event.values.limits." + named));
	}

	@Test
	void refusesAValueWithTheNameOfAnotherBean() {
		this.contextRunner.withUserConfiguration(ValuesConfiguration.class)
			.withBean("flags", String.class, () -> "mine")
			.withPropertyValues("etcd.event.values.flags.key=flags/", "etcd.event.values.flags.type=java.lang.String")
			.run((context) -> assertThat(assertFailure(context, "etcd.event.values.flags.key"))
				.hasMessageContaining("'flags'"));
	}

	@Test
	void aValueIsDecodedByTheBeanThatItsPropertyNames() {
		EtcdDecoder<String> shout = (key, value) -> "!";
		this.contextRunner.withUserConfiguration(ValuesConfiguration.class)
			.withBean("shout", EtcdDecoder.class, () -> shout)
			.withPropertyValues("etcd.event.values.word.key=word", "etcd.event.values.word.type=java.lang.String",
					"etcd.event.values.word.decoder=shout")
			.run((context) -> {
				context.getBean("word");
				assertThat(context.getBean(ValuesConfiguration.class).decoder).isSameAs(shout);
			});
	}

	private int firstByteFromClient(String scheme) throws Exception {
		try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			server.setSoTimeout(10_000);
			AtomicInteger first = new AtomicInteger();
			this.contextRunner
				.withPropertyValues("etcd.event.endpoints=" + scheme + "://localhost:" + server.getLocalPort())
				.run((context) -> {
					context.getBean(Client.class).getKVClient().get(ByteSequence.from("key", StandardCharsets.UTF_8));
					try (Socket socket = server.accept()) {
						first.set(socket.getInputStream().read());
					}
				});
			return first.get();
		}
	}

	static Throwable assertFailure(AssertableApplicationContext context, String property) {
		assertThat(context).hasFailed();
		Throwable failure = context.getStartupFailure();
		while (failure != null && !(failure instanceof InvalidConfigurationPropertyValueException)) {
			failure = failure.getCause();
		}
		assertThat(failure).as(messages(context.getStartupFailure())).isNotNull();
		assertThat(((InvalidConfigurationPropertyValueException) failure).getName()).isEqualTo(property);
		return failure;
	}

	static String messages(Throwable failure) {
		return (failure != null) ? failure.getMessage() + "\n" + messages(failure.getCause()) : "";
	}

	record Limits(int max) {

	}

	@Configuration(proxyBeanMethods = false)
	static class ClientConfiguration {

		@Bean
		Client mine() {
			return mock(Client.class);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class CustomizerConfiguration {

		private final List<String> seen = new ArrayList<>();

		@Bean
		@Order(2)
		EtcdClientBuilderCustomizer second() {
			return (builder) -> this.seen.add("second " + builder.user());
		}

		@Bean
		@Order(1)
		EtcdClientBuilderCustomizer first() {
			return (builder) -> {
				this.seen.add("first " + builder.user());
				builder.user(ByteSequence.from("first", StandardCharsets.UTF_8));
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ValuesConfiguration {

		private EtcdDecoder<?> decoder;

		@Bean
		EtcdValues values() {
			return new EtcdValues() {

				@Override
				public <T> EtcdValue<T> value(KeyRange range, EtcdDecoder<T> decoder) {
					ValuesConfiguration.this.decoder = decoder;
					return EtcdValues.fixed(range, Map.of());
				}

				@Override
				public <T> EtcdValue<T> value(KeyRange range, Class<T> type) {
					throw new UnsupportedOperationException();
				}

			};
		}

	}

	static class Consumer {

		private final EtcdValue<Limits> values;

		private final EtcdValue<Limits> limits;

		private final EtcdValue<String> names;

		Consumer(EtcdValue<Limits> values, EtcdValue<Limits> limits, EtcdValue<String> names) {
			this.values = values;
			this.limits = limits;
			this.names = names;
		}

	}

	static class Watching {

		@EtcdWatch(value = "words/", id = "words")
		void onWord(EtcdUpdate<String> update) {
		}

	}

}
