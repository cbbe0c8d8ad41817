package org.etcdevent.transport;

import java.net.URI;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link SrvEndpoint}.
 */
class SrvEndpointTests {

	@ParameterizedTest
	@CsvSource({ "dns+srv://etcd.example.com, '', _etcd-client._tcp.etcd.example.com",
			"dns+srv://etcd.example.com/, '', _etcd-client._tcp.etcd.example.com",
			"dns+srv:///etcd.example.com, '', _etcd-client._tcp.etcd.example.com",
			"dns+srv://10.0.0.53/etcd.example.com, 10.0.0.53, _etcd-client._tcp.etcd.example.com",
			"dns+srv://[::1]:5353/localhost, [::1]:5353, _etcd-client._tcp.localhost",
			"dns+srv:///_etcd-client-blue._tcp.example.com, '', _etcd-client-blue._tcp.example.com",
			"dns+srv://_etcd-client-blue._tcp.example.com, '', _etcd-client-blue._tcp.example.com" })
	void namesTheRecordsAsEtcdDoes(URI endpoint, String server, String records) {
		assertThat(SrvEndpoint.isSrv(endpoint)).isTrue();
		assertThat(SrvEndpoint.of(endpoint).server()).isEqualTo(server);
		assertThat(SrvEndpoint.of(endpoint).records(false)).isEqualTo(records);
	}

	@Test
	void namesOtherRecordsForTls() {
		assertThat(SrvEndpoint.of(URI.create("dns+srv://example.com")).records(true))
			.isEqualTo("_etcd-client-ssl._tcp.example.com");
		assertThat(SrvEndpoint.of(URI.create("dns+srv://_mine._tcp.example.com")).records(true))
			.isEqualTo("_mine._tcp.example.com");
	}

	@ParameterizedTest
	@CsvSource({ "dns+srv://etcd.example.com", "dns+srv:///etcd.example.com.", "dns+srv://10.0.0.53/etcd.example.com",
			"dns+srv:///_etcd-client-blue._tcp.etcd.example.com" })
	void certificatesMustNameTheDomain(URI endpoint) {
		assertThat(SrvEndpoint.of(endpoint).domain()).isEqualTo("etcd.example.com");
	}

	@ParameterizedTest
	@ValueSource(strings = { "dns+srv:///", "dns+srv://example.com:2379", "dns+srv://server/a/b", "dns+srv://a..b",
			"dns+srv://user@server/example.com", "dns+srv:example.com" })
	void refusesWhatNamesNoDomain(URI endpoint) {
		assertThatIllegalArgumentException().isThrownBy(() -> SrvEndpoint.of(endpoint))
			.withMessageContaining("dns+srv://etcd.example.com");
	}

}
