package org.etcdevent.testsupport.binary;

import java.io.IOException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests of {@link WantedVersion}.
 */
class WantedVersionTests {

	@ParameterizedTest
	@ValueSource(strings = { "3.5", "3.6", "3.7" })
	void ofALineWithAModuleIsTheReleaseInIt(String line) throws IOException {
		WantedVersion version = WantedVersion.of(line);
		assertThat(version.release()).matches("3\\.\\d\\.\\d+").startsWith(line + ".");
		assertThat(version.isPinned()).isTrue();
		assertThat(version.resource("go.sum")).isNotNull();
		assertThat(WantedVersion.of("v" + version.release()).isPinned()).isTrue();
	}

	@Test
	void ofAnotherReleaseIsNotPinned() throws IOException {
		WantedVersion version = WantedVersion.of("3.6.1");
		assertThat(version.release()).isEqualTo("3.6.1");
		assertThat(version.isLine()).isFalse();
		assertThat(version.isPinned()).isFalse();
	}

	@Test
	void ofALineWithoutAModuleHasNoKnownRelease() throws IOException {
		WantedVersion version = WantedVersion.of("3.4");
		assertThat(version.release()).isEmpty();
		assertThat(version.isPinned()).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "3", "latest", "3.6.x", "3.6.1-rc.0", "../3.6" })
	void refusesWhatIsNoVersion(String text) {
		assertThatIllegalStateException().isThrownBy(() -> WantedVersion.of(text))
			.withMessageStartingWith("ETCD_VERSION is '" + text + "', which is no version");
	}

}
