package org.etcdevent.testsupport.binary;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.fail;

/**
 * Tests of {@link Workspace}.
 */
class WorkspaceTests {

	@TempDir
	private Path folder;

	private Workspace workspace() {
		return new Workspace(this.folder);
	}

	@Test
	void keepsWhatIsWhole() throws IOException, UnavailableException {
		Path kept = workspace().keep("etcd-1", (unfinished) -> Files.writeString(unfinished.resolve("etcd"), "1"));
		assertThat(kept.resolve("etcd")).hasContent("1");
		assertThat(workspace().keep("etcd-1", (unfinished) -> fail("It is there"))).isEqualTo(kept);
		assertThat(files()).containsExactly(kept);
	}

	@Test
	void keepsNothingOfWhatFails() throws IOException {
		assertThatExceptionOfType(UnavailableException.class)
			.isThrownBy(() -> workspace().keep("etcd-1", (unfinished) -> {
				Files.writeString(unfinished.resolve("etcd"), "half");
				throw new UnavailableException("interrupted");
			}));
		assertThat(files()).isEmpty();
	}

	@Test
	void removesWhatAKilledProcessHasBegun() throws IOException, UnavailableException {
		assertThatExceptionOfType(Killed.class).isThrownBy(() -> workspace().keep("etcd-1", (unfinished) -> {
			Files.writeString(unfinished.resolve("etcd"), "half");
			// It is not there any more to clean up.
			Files.move(unfinished, unfinished.resolveSibling("unfinished-by-another"));
			throw new Killed();
		}));
		assertThat(files()).hasSize(1);
		Path kept = workspace().keep("etcd-1", (unfinished) -> Files.writeString(unfinished.resolve("etcd"), "whole"));
		assertThat(files()).containsExactly(kept);
		assertThat(kept.resolve("etcd")).hasContent("whole");
	}

	@Test
	void saysHowACommandEnds() {
		assertThatExceptionOfType(UnavailableException.class)
			.isThrownBy(() -> workspace().run(10, "sh", "-c", "exit 3"))
			.withMessage("'sh -c exit 3' ended with 3; see " + this.folder.resolve("log"));
		assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> workspace().run(10, "no-such-command"))
			.withMessageStartingWith("'no-such-command' cannot be run");
	}

	@Test
	void endsACommandThatTakesTooLongWithItsChildren() {
		assertThatExceptionOfType(UnavailableException.class)
			.isThrownBy(() -> workspace().run(1, "sh", "-c", "sleep 600; true"))
			.withMessageContaining("ended with 137");
	}

	private List<Path> files() throws IOException {
		try (Stream<Path> files = Files.list(this.folder)) {
			return files.toList();
		}
	}

	private static final class Killed extends RuntimeException {

	}

}
