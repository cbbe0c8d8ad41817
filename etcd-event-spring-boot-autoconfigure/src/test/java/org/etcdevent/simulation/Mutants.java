package org.etcdevent.simulation;

import java.util.List;

/**
 * The defects that the simulation has to find: those measured in other clients, those
 * that were once in this one, and those that are easily made.
 */
final class Mutants {

	static final List<Mutant> OF_THE_FEED = List.of(
			new Mutant("resumes at the revision of created", "feed.Feed", "if (away) {",
					"this.state.advance(stamp); if (away) {"),
			new Mutant("resumes after the position", "feed.Feed", "return this.state.position().revision();",
					"return this.state.position().revision() + 1;"),
			new Mutant("tells no deletions after a resync", "feed.RangeSync",
					"this.changes.add(new Change(old, new Entry(old.key(), null, stamp().revision())));", ""),
			new Mutant("compares by revision only after a restore", "feed.RangeSync",
					"!sameRevision || (this.newEpoch && !Entry.isSame(old, entry))", "!sameRevision"),
			new Mutant("reads each page as of another revision", "feed.RangeSync",
					"(this.stamp != null) ? this.stamp.revision() : 0;", "0;"),
			new Mutant("does not cancel a reading", "feed.RangeSync", "this.pending.cancel();", ""),
			new Mutant("takes a long reading for as new as its end", "feed.RangeSync", "return this.stampedNanos;",
					"return this.loop.nanoTime();"),
			new Mutant("does not see a lower raft term", "feed.Stamp", "|| this.raftTerm < known.raftTerm", ""),
			new Mutant("does not see another cluster", "feed.Stamp", "this.clusterId != known.clusterId ||", ""),
			new Mutant("does not see that etcd was set back", "feed.RangeSync",
					"return answer.isForeignTo(known) || answer.revision() < known.revision();", "return false;"),
			new Mutant("does not suspect a known event that differs", "feed.RangeState",
					"event.modRevision() == from && !isKnown(this.entries.get(event.key()), event)", "false"),
			new Mutant("goes on before the last fragment", "feed.RangeState", "!fragment || all.isEmpty()",
					"!fragment || !all.isEmpty()"),
			new Mutant("keeps fragments of a stream that is gone", "feed.RangeState",
					"void dropHeld() {\n\t\tthis.held = List.of();", "void dropHeld() {"),
			new Mutant("takes early progress for the position", "feed.Feed", "ordered && stamp.revision() > revision",
					"stamp.revision() > revision"),
			new Mutant("takes early progress for a confirmation", "feed.Feed",
					"ordered || stamp.revision() == revision", "stamp.revision() >= revision"),
			new Mutant("takes progress between fragments for the position", "feed.Feed",
					"stamp.revision() < revision || this.state.hasHeld()", "stamp.revision() < revision"),
			new Mutant("takes an equal count for a confirmation", "feed.RangeState",
					"return unwritten || page.count() == 0", "return true || page.count() == 0"),
			new Mutant("takes late events for a confirmation", "feed.Feed",
					"stamp.revision() <= this.state.position().revision() && !this.state.hasHeld()", "true"),
			new Mutant("watches on from a compacted revision", "feed.Feed", "reason.kind() == Failure.Kind.COMPACTED",
					"false"),
			new Mutant("gives up a watch that is refused", "feed.Feed",
					"this.retry.after(reason, () -> this.link.watch(this));", ""),
			new Mutant("forgets changes while somebody joins", "feed.Audience", "progress.joining || progress.joined",
					"progress.joined"),
			new Mutant("takes an empty value for none", "feed.Entry", "return this.value == null;",
					"return this.value == null || this.value.length == 0;"));

	static final List<Mutant> OF_THE_LINK = List.of(new Mutant("takes the end of a stream without an error for good",
			"feed.WatchLink", "public void onClosed(Failure reason) {",
			"public void onClosed(Failure reason) { if (reason.kind() == Failure.Kind.OTHER) { endTimer(); return; }"),
			new Mutant("waits for good on a link that is silent", "feed.WatchLink",
					"now - this.lastSign >= this.livenessTimeout", "false"),
			new Mutant("waits for good on a connection", "feed.WatchLink",
					"reconnect(new Failure(Failure.Kind.TIMEOUT, \"no connection within \" + seconds(CONNECT_TIMEOUT)))",
					"this.timer = null"),
			new Mutant("goes on with a token that has expired", "feed.WatchLink", "if (reason.isOutage()) {",
					"if (false) {"),
			new Mutant("takes progress for that of watches made later", "feed.WatchLink",
					"this.watches.upTo(request.newest())", "this.watches.upTo(Long.MAX_VALUE)"),
			new Mutant("asks a proxy for several watches at once", "feed.Watches",
					"(this.naming == Side.CLIENT || this.asked.isEmpty())", "true"),
			new Mutant("takes the ids that it asks for as given", "feed.Watches", "this.created.put(id, watch);",
					"this.created.put(watch.number, watch);"),
			new Mutant("lets a watch be that tells nothing", "feed.Confirmation", "Verdict.WATCH_IS_DEAD :",
					"Verdict.NONE :"),
			new Mutant("does not see by a read that etcd was set back", "feed.Confirmation",
					"RangeSync.isBefore(page.stamp(), before)", "false"),
			new Mutant("takes events in after etcd was set back", "feed.Suspicion",
					"return isRaised(stamp, Stamp::isForeignTo);", "return false;"),
			new Mutant("counts the keys of another revision", "feed.Audit", "position.revision(), 0, Detail.COUNT",
					"0, 0, Detail.COUNT"),
			new Mutant("goes on counting when all is over", "feed.Audit", "this.wait.cancel();", ""),
			new Mutant("asks for no sign of life", "feed.WatchLink", "if (unconfirmed < quiet) {", "if (true) {"));

	static final List<Mutant> OF_THE_CONSUMER = List.of(
			new Mutant("drops A after B was attempted", "backlog.Pending", "return this.attempts == 0 &&", "return"),
			new Mutant("retries the old value after a newer one", "backlog.Backlog", "pending.tried = pending.newest;",
					"pending.tried = (pending.tried != null) ? pending.tried : pending.newest;"),
			new Mutant("tells what did not change", "feed.Change", "Entry.isSame(before, after)", "false"),
			new Mutant("drops what is pending with the next change", "backlog.Backlog",
					"case READY -> {\n\t\t\t\tif (pending.isSettled()) {", "case READY -> {\n\t\t\t\tif (true) {"),
			new Mutant("hands out a key that is in flight", "backlog.Backlog", "pending.place = Place.IN_FLIGHT;",
					"pending.place = Place.IN_FLIGHT; this.unhandled.remove(pending.key());"),
			new Mutant("retries at once", "backlog.Backlog", "pending.due = due;", "pending.due = 0;"),
			new Mutant("takes for shown what cannot be decoded", "backlog.Backlog", "this.parked.add(pending.key());",
					"pending.shown = pending.newest; this.parked.add(pending.key());"),
			new Mutant("counts what was never attempted", "backlog.Backlog", "pending.attempts--;\n\t\tmakeReady",
					"makeReady"),
			new Mutant("forgets at a stop what was attempted", "backlog.Backlog",
					"attempts.put(pending.key(), pending.attempts);", ""),
			new Mutant("forgets at a stop what is pending", "backlog.Backlog", "range.put(pending.key(), shown);", ""),
			new Mutant("tells no deletions after a stop", "backlog.Backlog",
					"this.handledBefore.forEach((key, entry) -> joinDeletion(key, atRevision));", ""),
			new Mutant("shows in snapshots what was not handled", "core.Subscription",
					"View<T> next = new View<>(this.view);", "View<T> next = this.view;"),
			new Mutant("keeps the snapshot of a value", "core.FeedValue",
					"if (!this.known || !cut.pending().isEmpty()) {", "if (!this.known) {"),
			new Mutant("keeps no value that is good", "core.View", "this.undecodable = undecodableNow;",
					"this.undecodable = undecodableNow; this.values.keySet().removeAll(undecodableNow);"));

	private Mutants() {
	}

}
