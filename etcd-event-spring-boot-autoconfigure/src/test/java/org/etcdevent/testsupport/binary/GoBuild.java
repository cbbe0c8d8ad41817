package org.etcdevent.testsupport.binary;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A build of etcd's published modules by {@code go}, if that is on the {@code PATH}. A
 * minor line has its {@code go.mod} and {@code go.sum} among the resources; those of
 * another release are resolved beside the programs.
 */
final class GoBuild implements EtcdSource {

	private static final Map<String, String> PACKAGES = Map.of("etcd", "go.etcd.io/etcd/server/v3", "etcdctl",
			"go.etcd.io/etcd/etcdctl/v3", "etcdutl", "go.etcd.io/etcd/etcdutl/v3");

	private final Workspace workspace;

	private final WantedVersion wanted;

	GoBuild(Workspace workspace, WantedVersion wanted) {
		this.workspace = workspace;
		this.wanted = wanted;
	}

	@Override
	public EtcdPrograms get() throws IOException, UnavailableException {
		return EtcdPrograms.in(this.workspace.keep("go-" + version(), this::build));
	}

	/** A line is enough for Go: it takes the newest release. */
	private String version() {
		return this.wanted.release().isEmpty() ? this.wanted.line() : this.wanted.release();
	}

	private void build(Path folder) throws IOException, UnavailableException {
		try {
			this.workspace.run(10, "go", "version");
		}
		catch (UnavailableException ex) {
			throw new UnavailableException("there is no go on the PATH");
		}
		this.workspace.say("Building etcd " + version() + " with Go, once");
		Path module = Files.createDirectory(folder.resolve("module"));
		if (this.wanted.isPinned()) {
			copy("go.mod", module);
			copy("go.sum", module);
		}
		else {
			go(module, "mod", "init", "org.etcdevent/etcd");
			List<String> packages = PACKAGES.values().stream().sorted().map((each) -> each + "@v" + version()).toList();
			go(module, "get", packages.toArray(String[]::new));
		}
		for (Map.Entry<String, String> program : PACKAGES.entrySet()) {
			go(module, "build", "-trimpath", "-ldflags=-s -w", "-o", folder.resolve(program.getKey()).toString(),
					program.getValue());
		}
	}

	private void copy(String name, Path module) throws IOException {
		try (InputStream content = this.wanted.resource(name)) {
			Files.copy(content, module.resolve(name));
		}
	}

	private void go(Path module, String command, String... arguments) throws UnavailableException {
		// Without a C compiler, and outside any workspace of the machine.
		List<String> line = new ArrayList<>(List.of("env", "CGO_ENABLED=0", "GOWORK=off", "go", command));
		line.addAll(List.of(arguments));
		this.workspace.run(1200, module, line);
	}

	@Override
	public String advice() {
		return "put a current go on the PATH, to build it";
	}

}
