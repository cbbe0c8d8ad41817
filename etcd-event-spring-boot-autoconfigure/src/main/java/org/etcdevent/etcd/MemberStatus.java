package org.etcdevent.etcd;

/**
 * What a member says of its raft log. Etcd fills it in this order, so each number is not
 * older than the one before.
 *
 * @param stamp the member's header
 * @param committed the index of the last entry that the member knows to be committed
 * @param applied the index of the last entry that it has applied
 */
public record MemberStatus(Stamp stamp, long committed, long applied) {
}
