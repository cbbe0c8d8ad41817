package org.etcdevent.testsupport;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Members that are real processes, each behind a proxy of its own. Who connects to
 * {@link #endpoints()} goes past the proxies, who connects to {@link #proxied()} is at
 * their mercy. Not thread-safe.
 */
public final class EtcdCluster implements AutoCloseable {

	private final List<EtcdServer> members;

	private final List<TcpProxy> proxies;

	private final EtcdAdmin admin;

	private EtcdCluster(int size) {
		this.members = IntStream.rangeClosed(1, size).mapToObj((number) -> new EtcdServer("member" + number)).toList();
		this.members.forEach((member) -> member.options(options("new")));
		this.proxies = this.members.stream().map((member) -> new TcpProxy(member.port())).toList();
		this.admin = new EtcdAdmin(endpoints());
	}

	/**
	 * A cluster of one's own, ready to be used.
	 * @param size how many members, usually 1 or 3
	 * @return the cluster, to be closed by the caller
	 */
	public static EtcdCluster create(int size) {
		EtcdCluster cluster = new EtcdCluster(size);
		cluster.start();
		return cluster;
	}

	public List<EtcdServer> members() {
		return this.members;
	}

	public EtcdServer member(int index) {
		return this.members.get(index);
	}

	public List<TcpProxy> proxies() {
		return this.proxies;
	}

	public TcpProxy proxy(int index) {
		return this.proxies.get(index);
	}

	/**
	 * Where the members are.
	 * @return their URLs, in the order of the members
	 */
	public List<URI> endpoints() {
		return this.members.stream().map(EtcdServer::endpoint).toList();
	}

	/**
	 * Where the members are for those who shall notice what is done to the proxies.
	 * @return the URLs of the proxies, in the order of the members
	 */
	public List<URI> proxied() {
		return this.proxies.stream().map(TcpProxy::endpoint).toList();
	}

	/**
	 * Who asks the members, past the proxies. It is closed with the cluster.
	 * @return a client to all of them
	 */
	public EtcdAdmin admin() {
		return this.admin;
	}

	/** Starts all members that do not run and waits until each one answers. */
	public void start() {
		this.members.stream().filter((member) -> !member.isRunning()).forEach(EtcdServer::launch);
		this.members.forEach(EtcdServer::awaitHealthy);
	}

	/** Kills all members. Their data stays. */
	public void kill() {
		this.members.forEach(EtcdServer::kill);
	}

	/**
	 * Who leads.
	 * @return the member
	 * @throws IllegalStateException if nobody does
	 */
	public EtcdServer leader() {
		return this.members.stream()
			.filter((member) -> this.admin.status(member.endpoint()).getLeader() == id(member))
			.findFirst()
			.orElseThrow(() -> new IllegalStateException("No member leads"));
	}

	/**
	 * Lets another member lead.
	 * @param next the member
	 */
	public void moveLeader(EtcdServer next) {
		long id = id(next);
		// Only the leader can give up its place.
		try (EtcdAdmin leader = new EtcdAdmin(leader())) {
			EtcdAdmin.get(leader.client().getMaintenanceClient().moveLeader(id));
		}
	}

	/**
	 * Replaces a member by a new one without data, at the same place. The others must be
	 * able to go on without it.
	 * @param member the member
	 */
	public void replace(EtcdServer member) {
		List<EtcdServer> others = this.members.stream().filter((each) -> each != member).toList();
		// What members are asked for is lost with a leader that goes without notice.
		if (leader() == member) {
			moveLeader(others.get(0));
		}
		long id = id(member);
		try (EtcdAdmin rest = new EtcdAdmin(others.stream().map(EtcdServer::endpoint).toList())) {
			rest.replaceMember(id, URI.create(member.peerUrl()));
		}
		member.wipe();
		member.options(options("existing"));
		member.start();
	}

	/**
	 * Copies the data of all members, which are killed for it and started again.
	 * @return where the copies are, in the order of the members
	 */
	public List<Path> backUp() {
		kill();
		List<Path> backup = this.members.stream().map(EtcdServer::backUp).toList();
		start();
		return backup;
	}

	/**
	 * Sets all members back.
	 * @param backup what {@link #backUp()} made
	 */
	public void restore(List<Path> backup) {
		kill();
		for (int i = 0; i < backup.size(); i++) {
			this.members.get(i).restore(backup.get(i));
		}
		start();
	}

	/**
	 * Restores a snapshot at all members, as a cluster of the same name.
	 * @param snapshot what {@link EtcdAdmin#snapshot} saved
	 * @param furtherOptions such as {@code --bump-revision}
	 */
	public void restoreSnapshot(Path snapshot, String... furtherOptions) {
		kill();
		this.members.forEach((member) -> member.restoreSnapshot(snapshot, furtherOptions));
		start();
	}

	private long id(EtcdServer member) {
		return this.admin.status(member.endpoint()).getHeader().getMemberId();
	}

	private List<String> options(String state) {
		String initial = this.members.stream()
			.map((each) -> each.name() + "=" + each.peerUrl())
			.collect(Collectors.joining(","));
		// Strict, etcd wants all members to have been well for 5 s before one is
		// replaced.
		return List.of("--initial-cluster", initial, "--initial-cluster-state", state, "--strict-reconfig-check=false");
	}

	@Override
	public void close() {
		this.admin.close();
		this.proxies.forEach(TcpProxy::close);
		this.members.forEach(EtcdServer::close);
	}

}
