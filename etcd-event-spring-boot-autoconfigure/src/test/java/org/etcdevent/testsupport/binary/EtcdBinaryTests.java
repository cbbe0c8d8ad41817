package org.etcdevent.testsupport.binary;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests of {@link EtcdBinary}.
 */
class EtcdBinaryTests {

	@TempDir
	private Path folder;

	@Test
	void takesTheNamedFileAndTheProgramsBesideIt() throws IOException {
		Path etcd = program("etcd");
		Path etcdctl = program("etcdctl");
		EtcdPrograms programs = find(Map.of("ETCD_BINARY", etcd.toString()));
		assertThat(programs.etcd()).isEqualTo(etcd);
		assertThat(programs.restorer()).isEqualTo(etcdctl);
		Path etcdutl = program("etcdutl");
		assertThat(programs.restorer()).isEqualTo(etcdutl);
	}

	@Test
	void saysWhatIsMissingToRestore() throws IOException {
		EtcdPrograms programs = find(Map.of("ETCD_BINARY", program("etcd").toString()));
		assertThatIllegalStateException().isThrownBy(programs::restorer)
			.withMessageStartingWith("There is neither etcdutl nor etcdctl beside " + this.folder);
	}

	@Test
	void takesNoOtherThanTheNamedFile() {
		assertThatIllegalStateException()
			.isThrownBy(() -> find(Map.of("ETCD_BINARY", this.folder.toString(), "PATH", System.getenv("PATH"))))
			.withMessageContaining("ETCD_BINARY names " + this.folder + ", which is no executable file")
			.withMessageContaining("correct ETCD_BINARY, or unset it");
	}

	@Test
	void doesNotChooseBetweenTwoVariables() {
		assertThatIllegalStateException()
			.isThrownBy(() -> find(Map.of("ETCD_BINARY", "/usr/bin/etcd", "ETCD_VERSION", "3.6")))
			.withMessage("Each of ETCD_VERSION and ETCD_BINARY says which etcd to use. Unset all but one.");
	}

	private EtcdPrograms find(Map<String, String> environment) throws IOException {
		return EtcdBinary.find(this.folder.resolve("kept"), environment);
	}

	private Path program(String name) throws IOException {
		return Files.createFile(this.folder.resolve(name),
				PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
	}

}
