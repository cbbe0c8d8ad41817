package org.etcdevent.testsupport.binary;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The official image, if a Docker daemon answers. Only the programs are taken out of it,
 * so that tests can kill and freeze them.
 */
final class DockerImage implements EtcdSource {

	private static final String NAME = "gcr.io/etcd-development/etcd";

	private final Workspace workspace;

	/** Empty if it is not known. */
	private final String release;

	DockerImage(Workspace workspace, String release) {
		this.workspace = workspace;
		this.release = release;
	}

	@Override
	public EtcdPrograms get() throws IOException, UnavailableException {
		if (!System.getProperty("os.name").startsWith("Linux")) {
			throw new UnavailableException("Docker's image has Linux programs, which do not run here");
		}
		if (this.release.isEmpty()) {
			throw new UnavailableException("Docker's images are named by release, not by line");
		}
		return EtcdPrograms.in(this.workspace.keep("docker-" + this.release, this::copy));
	}

	private void copy(Path folder) throws UnavailableException {
		try {
			this.workspace.run(10, "docker", "version", "--format", "{{.Server.Version}}");
		}
		catch (UnavailableException ex) {
			throw new UnavailableException("no Docker daemon answers");
		}
		String image = NAME + ":v" + this.release;
		this.workspace.say("Getting etcd from the image " + image);
		List<String> created = this.workspace.run(300, "docker", "create", "--quiet", image).strip().lines().toList();
		String container = created.get(created.size() - 1);
		try {
			this.workspace.run(60, "docker", "cp", container + ":/usr/local/bin/.", folder.toString());
		}
		finally {
			this.workspace.run(60, "docker", "rm", container);
		}
	}

	@Override
	public String advice() {
		return "start Docker (on Linux), so that the image " + NAME + " can be pulled";
	}

}
