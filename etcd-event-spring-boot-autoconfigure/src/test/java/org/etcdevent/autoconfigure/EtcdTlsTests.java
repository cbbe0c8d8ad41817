package org.etcdevent.autoconfigure;

import java.net.URI;
import java.util.List;
import java.util.stream.Stream;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleKey;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslManagerBundle;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.boot.ssl.SslStoreBundle;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link EtcdTls}.
 */
@ExtendWith(OutputCaptureExtension.class)
class EtcdTlsTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, EtcdAutoConfiguration.class))
		.withPropertyValues("etcd.event.endpoints=https://localhost:2379");

	@Test
	void httpNeedsNoContext() {
		this.contextRunner.withPropertyValues("etcd.event.endpoints=http://localhost:2379")
			.run((context) -> assertThat(context.getBean(EtcdTls.class).context()).isNull());
	}

	@Test
	void httpsHasAContextEvenWithoutABundle() {
		this.contextRunner.run((context) -> assertCarriesGrpc(context.getBean(EtcdTls.class).context()));
	}

	@Test
	void takesCiphersAndProtocolsOfTheBundle() {
		this.contextRunner
			.withPropertyValues("etcd.event.ssl.bundle=etcd",
					"spring.ssl.bundle.jks.etcd.options.enabled-protocols=TLSv1.3",
					"spring.ssl.bundle.jks.etcd.options.ciphers=TLS_AES_256_GCM_SHA384")
			.run((context) -> {
				SslContext ssl = context.getBean(EtcdTls.class).context();
				assertCarriesGrpc(ssl);
				assertThat(ssl.cipherSuites()).containsExactly("TLS_AES_256_GCM_SHA384");
				assertThat(ssl.newEngine(ByteBufAllocator.DEFAULT).getEnabledProtocols()).contains("TLSv1.3")
					.doesNotContain("TLSv1.2");
			});
	}

	@Test
	void refusesABundleThatIsNotThere() {
		this.contextRunner.withPropertyValues("etcd.event.ssl.bundle=etcd", "spring.ssl.bundle.jks.other.key.alias=x")
			.run((context) -> assertThat(failure(context))
				.isEqualTo("There is no SSL bundle of that name below 'spring.ssl.bundle'; there are [other]."));
	}

	@Test
	void refusesABundleWhereThereIsNoTls() {
		this.contextRunner
			.withPropertyValues("etcd.event.endpoints=http://localhost:2379", "etcd.event.ssl.bundle=etcd",
					"spring.ssl.bundle.jks.etcd.key.alias=x")
			.run((context) -> assertThat(failure(context)).contains("https://", "etcd.event.endpoints"));
	}

	@Test
	void refusesABundleOfConnectionDetailsWhereThereIsNoTls() {
		this.contextRunner.withBean(EtcdConnectionDetails.class, () -> new EtcdConnectionDetails() {

			@Override
			public List<URI> getEndpoints() {
				return List.of(URI.create("http://localhost:2379"));
			}

			@Override
			public @Nullable SslBundle getSslBundle() {
				return SslBundle.systemDefault();
			}

		})
			.run((context) -> assertThat(context.getStartupFailure()).rootCause()
				.hasMessageContaining("endpoints are not https"));
	}

	static Stream<Throwable> throwables() {
		return Stream.of(new IllegalStateException("No such file"), new NoClassDefFoundError("a provider"));
	}

	@ParameterizedTest
	@MethodSource("throwables")
	void takesAnUpdateInAndKeepsWhatItHasWhereThatCannotBeUsed(Throwable thrown, CapturedOutput output) {
		DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry("etcd", SslBundle.systemDefault());
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(EtcdAutoConfiguration.class))
			.withBean(SslBundles.class, () -> bundles)
			.withPropertyValues("etcd.event.endpoints=https://localhost:2379", "etcd.event.ssl.bundle=etcd")
			.run((context) -> {
				SslContext ssl = context.getBean(EtcdTls.class).context();
				Object before = ssl.sessionContext();
				bundles.updateBundle("etcd", SslBundle.of(SslStoreBundle.NONE));
				Object updated = ssl.sessionContext();
				assertThat(updated).isNotSameAs(before);
				SslManagerBundle broken = mock(SslManagerBundle.class);
				given(broken.getKeyManagerFactory()).willThrow(thrown);
				bundles.updateBundle("etcd", SslBundle.of(SslStoreBundle.NONE, SslBundleKey.NONE, SslOptions.NONE,
						SslBundle.DEFAULT_PROTOCOL, broken));
				assertThat(ssl.sessionContext()).isSameAs(updated);
				assertThat(output).contains("'etcd' was updated but cannot be used");
			});
	}

	private static void assertCarriesGrpc(@Nullable SslContext ssl) {
		assertThat(ssl).isNotNull();
		assertThat(ssl.isClient()).isTrue();
		assertThat(ssl.applicationProtocolNegotiator().protocols()).contains("h2");
	}

	private static String failure(AssertableApplicationContext context) {
		assertThat(context).hasFailed();
		Throwable failure = context.getStartupFailure();
		while (!(failure instanceof InvalidConfigurationPropertyValueException invalid)) {
			failure = failure.getCause();
		}
		assertThat(invalid.getName()).isEqualTo("etcd.event.ssl.bundle");
		return invalid.getReason();
	}

}
