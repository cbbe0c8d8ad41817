package org.etcdevent.transport;

import java.net.URI;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link HostEndpoint}.
 */
class HostEndpointTests {

	@ParameterizedTest
	@CsvSource({ "http://localhost:2380, localhost, 2380, localhost:2380",
			"https://etcd-1.example.com, etcd-1.example.com, 2379, etcd-1.example.com:2379",
			"http://my_etcd:1, my_etcd, 1, my_etcd:1", "http://10.0.0.1:2379/, 10.0.0.1, 2379, 10.0.0.1:2379",
			"http://[::1]:2379, ::1, 2379, [::1]:2379",
			"http://[::ffff:10.0.0.1], ::ffff:10.0.0.1, 2379, [::ffff:10.0.0.1]:2379",
			"http://[fe80::1%eth0]:2379, fe80::1%eth0, 2379, [fe80::1]:2379",
			"http://[fe80::1%25eth0]:2379, fe80::1%eth0, 2379, [fe80::1]:2379",
			"http://[fe80::1%252]:2379, fe80::1%2, 2379, [fe80::1]:2379",
			"http://[fe80::1%25]:2379, fe80::1%25, 2379, [fe80::1]:2379" })
	void readsHostAndPort(URI endpoint, String host, int port, String authority) {
		HostEndpoint read = HostEndpoint.of(endpoint);
		assertThat(read).isEqualTo(new HostEndpoint(host, port));
		assertThat(read.authority()).isEqualTo(authority);
		assertThat(HostEndpoint.of(URI.create("http://" + read))).isEqualTo(read);
	}

	@ParameterizedTest
	@ValueSource(strings = { "http:///", "http:opaque", "http://a:b", "http://user@host:1", "http://host:0",
			"http://host:65536" })
	void refusesWhatNamesNoHostOrPort(URI endpoint) {
		assertThatIllegalArgumentException().isThrownBy(() -> HostEndpoint.of(endpoint));
	}

	@ParameterizedTest
	@CsvSource({ "http://localhost:1, false", "http://10.0.0.1:1, true", "http://[::1]:1, true",
			"http://10.0.0.1.test:1, false" })
	void tellsAddressesFromNames(URI endpoint, boolean address) {
		assertThat(HostEndpoint.of(endpoint).isAddress()).isEqualTo(address);
	}

}
