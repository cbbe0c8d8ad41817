package org.etcdevent.etcd;

/**
 * What the header of each answer of etcd says about the member that gave it.
 *
 * @param clusterId the cluster's id
 * @param memberId the member's id, 0 if it is not known
 * @param revision the revision of the member's store
 * @param raftTerm the member's raft term
 */
public record Stamp(long clusterId, long memberId, long revision, long raftTerm) {

	/**
	 * What any member may say.
	 * @param clusterId see above
	 * @param revision see above
	 * @param raftTerm see above
	 */
	public Stamp(long clusterId, long revision, long raftTerm) {
		this(clusterId, 0, revision, raftTerm);
	}

	/**
	 * Whether both are of one member, as far as is known.
	 * @param other another stamp
	 * @return {@code true} if so
	 */
	public boolean isOfMemberOf(Stamp other) {
		return this.memberId != 0 && this.memberId == other.memberId;
	}

	/**
	 * Whether it names no member: a proxy answers some creates by itself.
	 * @return {@code true} if so
	 */
	public boolean isBlank() {
		return this.clusterId == 0;
	}

	/**
	 * Whether it is of another cluster, or of one that was set back.
	 * @param known an earlier stamp
	 * @return {@code true} if so
	 */
	public boolean isForeignTo(Stamp known) {
		return this.clusterId != known.clusterId || this.raftTerm < known.raftTerm;
	}

	/**
	 * Whether this one, of a linearizable answer, shows that the cluster is not where it
	 * was: another one, or one whose history was set back.
	 * @param known an earlier stamp
	 * @return {@code true} if so
	 */
	public boolean isBefore(Stamp known) {
		return isForeignTo(known) || this.revision < known.revision;
	}

}
