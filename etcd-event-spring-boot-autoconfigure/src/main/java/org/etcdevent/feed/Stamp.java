package org.etcdevent.feed;

/**
 * What the header of each of etcd's answers tells of the member that gave it.
 *
 * @param clusterId the cluster's id
 * @param revision the revision of the member's store
 * @param raftTerm the member's raft term
 */
public record Stamp(long clusterId, long revision, long raftTerm) {

	/**
	 * Whether it tells of no member: a proxy answers some creates by itself.
	 */
	boolean isBlank() {
		return this.clusterId == 0;
	}

	/**
	 * Whether it is of another cluster, or of one that was set back.
	 */
	boolean isForeignTo(Stamp known) {
		return this.clusterId != known.clusterId || this.raftTerm < known.raftTerm;
	}

}
