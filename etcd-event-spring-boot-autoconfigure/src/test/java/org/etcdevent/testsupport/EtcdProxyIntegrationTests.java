package org.etcdevent.testsupport;

import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link EtcdProxy}.
 */
@Tag("every-etcd")
class EtcdProxyIntegrationTests {

	@Test
	void passesOnWhatItsServerHasAndCanBeKilledAndStartedAgain() {
		EtcdServer server = EtcdServer.shared();
		try (EtcdProxy proxy = EtcdProxy.create(List.of(server.endpoint()));
				EtcdAdmin direct = new EtcdAdmin(List.of(server.endpoint()));
				EtcdAdmin through = new EtcdAdmin(List.of(proxy.endpoint()))) {
			long revision = direct.put("proxied", "value");
			assertThat(through.revision()).isGreaterThanOrEqualTo(revision);
			proxy.kill();
			assertThat(proxy.isRunning()).isFalse();
			proxy.start();
			assertThat(through.put("proxied", "other")).isGreaterThan(revision);
		}
	}

}
