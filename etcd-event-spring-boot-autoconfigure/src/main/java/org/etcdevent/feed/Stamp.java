package org.etcdevent.feed;

/**
 * What the header of each of etcd's answers tells of the member that gave it.
 *
 * @param clusterId the cluster's id
 * @param revision the revision of the member's store
 * @param raftTerm the member's raft term
 */
public record Stamp(long clusterId, long revision, long raftTerm) {
}
