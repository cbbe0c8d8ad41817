package org.etcdevent.simulation;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.etcdevent.mutants.Mutant;

import static org.etcdevent.mutants.Edits.after;
import static org.etcdevent.mutants.Edits.answers;
import static org.etcdevent.mutants.Edits.before;
import static org.etcdevent.mutants.Edits.calls;
import static org.etcdevent.mutants.Edits.callsBefore;
import static org.etcdevent.mutants.Edits.doesNotCopy;
import static org.etcdevent.mutants.Edits.doesNotWrite;
import static org.etcdevent.mutants.Edits.doesNothing;
import static org.etcdevent.mutants.Edits.firstCalls;
import static org.etcdevent.mutants.Edits.onlyCallsIf;
import static org.etcdevent.mutants.Edits.passes;
import static org.etcdevent.mutants.Edits.reads;
import static org.etcdevent.mutants.Edits.readsFlag;
import static org.etcdevent.mutants.Edits.returns;
import static org.etcdevent.mutants.Edits.returnsIf;
import static org.etcdevent.mutants.Edits.returnsOneMore;
import static org.etcdevent.mutants.Edits.says;
import static org.etcdevent.mutants.Edits.skips;

/**
 * The defects that the simulation has to find: those measured in other clients, those
 * that were once in this one, and those that are easily made.
 */
final class Mutants {

	static final List<Mutant> OF_THE_FEED = List.of(
			new Mutant("resumes at the revision of created", "feed.Feed", "onCreated",
					callsBefore("FeedStatus.reconnected", "state.advance")),
			new Mutant("resumes after the position", "feed.Feed", "startRevision", returnsOneMore()),
			new Mutant("delivers no deletions after a resync", "feed.RangeSync", "gone", doesNothing()),
			new Mutant("compares by revision only after a restore", "feed.RangeSync", "compare",
					answers("Entry.isSame", true)),
			new Mutant("reads each page as of another revision", "feed.RangeSync", "readPage",
					answers("Stamp.revision", 0)),
			new Mutant("does not cancel a reading", "feed.RangeSync", "cancel", skips("Timer.cancel")),
			new Mutant("takes a reading for newer than its first page", "feed.RangeSync", "accepts",
					reads("sentNanos", Long.MAX_VALUE)),
			new Mutant("does not see a lower raft term", "etcd.Stamp", "isForeignTo", reads("raftTerm", 0)),
			new Mutant("does not see another cluster", "etcd.Stamp", "isForeignTo", reads("clusterId", 0)),
			new Mutant("does not see that etcd was set back", "etcd.Stamp", "isBefore", returns(false)),
			new Mutant("does not suspect a known event that differs", "feed.RangeState", "apply",
					answers("RangeState.isKnown", true)),
			new Mutant("goes on before the last fragment", "feed.RangeState", "whole", readsFlag(false)),
			new Mutant("keeps fragments of a stream that is gone", "feed.RangeState", "dropHeld", doesNothing()),
			new Mutant("takes early progress for the position", "feed.Feed", "onProgress",
					before("RangeState.advance", readsFlag(true))),
			new Mutant("takes progress between fragments for the position", "feed.Feed", "onProgress",
					answers("RangeState.hasHeld", false)),
			new Mutant("takes an equal count for a confirmation", "feed.RangeState", "isProvedBy",
					answers("Stream.anyMatch", true)),
			new Mutant("takes any answer of a quorum for a confirmation", "feed.Quorum$Mark", "isReachedBy",
					returns(true)),
			new Mutant("takes a confirmation for newer than its question", "feed.Feed", "confirmed",
					passes(Long.MAX_VALUE, "FeedStatus.confirmed")),
			new Mutant("says that it is live although nobody confirms it", "feed.FeedStatus", "freshness",
					says("LIVE", "STALE")),
			new Mutant("watches on from a compacted revision", "feed.Feed", "onCanceled",
					answers("Failure.kind", null)),
			new Mutant("gives up a watch that is refused", "feed.Feed", "fail", skips("Retry.after")),
			new Mutant("delivers no changes", "feed.Member", "changed", reads("joining", false)),
			new Mutant("takes an empty value for none", "etcd.Entry", "isTombstone",
					returnsIf("simulation.Defects.isEmpty", true)));

	static final List<Mutant> OF_THE_LINK = List.of(
			new Mutant("takes the end of a stream without an error for good", "feed.WatchLink", "onClosed",
					onlyCallsIf("simulation.Defects.isEndWithoutError", "endTimer")),
			new Mutant("waits for good on a link that is silent", "feed.StreamSigns", "isSilent", returns(false)),
			new Mutant("waits for good on a member that is left behind", "feed.StreamSigns", "isLeftBehind",
					returns(false)),
			new Mutant("asks no quorum again that did not answer", "feed.Quorum", "askAgain", doesNothing()),
			new Mutant("goes on with a token that has expired", "feed.WatchLink", "onCanceled",
					answers("Failure.isOutage", false)),
			new Mutant("takes progress for that of watches made later", "feed.WatchLink", "onProgress",
					passes(Long.MAX_VALUE, "StreamWatches.upTo")),
			new Mutant("asks a proxy for several watches at once", "feed.StreamWatches", "askForNext",
					answers("Map.isEmpty", true)),
			new Mutant("takes the ids that it asks for as given", "feed.StreamWatches", "created",
					says("CLIENT", "PROXY")),
			new Mutant("keeps a watch that reports nothing", "feed.Confirmation", "judge",
					says("NONE", "WATCH_IS_DEAD")),
			new Mutant("takes events in after etcd was set back", "feed.Doubt", "isRaisedBy", returns(false)),
			new Mutant("counts the keys of another revision", "feed.Audit", "count", answers("Stamp.revision", 0)),
			new Mutant("goes on counting when all is over", "feed.Audit", "close", skips("Timer.cancel")),
			new Mutant("asks for no sign of life", "feed.WatchLink", "askForSign", doesNothing()));

	static final List<Mutant> OF_RESTORES = List.of(
			new Mutant("does not ask for the past", "feed.PastCheck", "ask", doesNothing()),
			new Mutant("compares by revision what is not proved", "feed.Feed", "resync",
					answers("PastCheck.isProved", true)),
			new Mutant("takes what is committed for applied", "feed.RaftBounds", "onLaterRead",
					calls("committed", "MemberStatus.applied")));

	static final List<Mutant> OF_WHAT_THROWS = List.of(
			new Mutant("forgets what a step throws", "feed.Boundary", "fail", doesNothing()),
			new Mutant("takes the answer to a read that threw", "feed.Boundary$Answer", "onPage",
					reads("wanted", true)),
			new Mutant("lets a subscriber miss what it threw at", "feed.Member", "merge", doesNothing()),
			new Mutant("forgets what was before the first missed change", "feed.Member", "merge",
					answers("Change.before", null)),
			new Mutant("calls no subscriber again that threw", "feed.Member", "awaitAttempt", doesNothing()),
			new Mutant("undoes steps that are done", "feed.RangeState", "settle", doesNothing()),
			new Mutant("changes what others keep", "feed.RangeState", "own", doesNothing()),
			new Mutant("takes in a page that cannot be", "feed.RangeSync", "isPossible", returns(true)),
			new Mutant("takes in an event of another range", "feed.Feed", "areOfRange", returns(true)));

	static final List<Mutant> OF_WHAT_IS_SLOW = List.of(
			new Mutant("gives a create no more time than the last", "feed.WatchLink", "look",
					doesNotWrite("answerTimeout")),
			new Mutant("takes a slow create for silence", "feed.WatchLink", "look",
					answers("StreamWatches.areCreated", true)),
			new Mutant("lets watches wait for a slow create", "feed.WatchLink", "confirmNext",
					answers("StreamWatches.first", null)),
			new Mutant("waits no longer after each failed connection", "etcd.Backoff", "next",
					doesNotWrite("failures")));

	static final List<Mutant> OF_THE_CONSUMER = List.of(
			new Mutant("drops A after B was attempted", "backlog.Pending", "isSettled", reads("attempts", 0)),
			new Mutant("retries the old value after a newer one", "backlog.Backlog", "takeOff", doesNotWrite("tried"),
					firstCalls("backlog.BacklogDefects.tryFirst")),
			new Mutant("delivers what did not change", "feed.Change", "<init>", answers("Entry.isSame", false)),
			new Mutant("drops what is pending with the next change", "backlog.Backlog", "add",
					answers("Pending.isSettled", true)),
			new Mutant("hands out a key that is in flight", "backlog.Backlog", "takeOff", firstCalls("remove")),
			new Mutant("retries at once", "backlog.Backlog", "failed", doesNotWrite("due")),
			new Mutant("takes for shown what cannot be decoded", "backlog.Backlog", "undecodable",
					callsBefore("Set.add", "backlog.BacklogDefects.show")),
			new Mutant("counts what was never attempted", "backlog.Backlog", "release", doesNotWrite("attempts")),
			new Mutant("forgets at a stop what was attempted", "backlog.HandledKeys", "fill", reads("attempts", 0)),
			new Mutant("forgets at a stop what is pending", "backlog.HandledKeys", "fill",
					before("Integer.valueOf", skips("Map.put"))),
			new Mutant("delivers no deletions after a stop", "backlog.HandledKeys", "forEachKey", doesNothing()),
			new Mutant("shows in snapshots what was not handled", "consumer.Subscription", "decodeWhole",
					doesNotCopy("DecodedRange")),
			new Mutant("keeps the snapshot of a value", "consumer.FeedValue", "takeIn", answers("List.isEmpty", true)),
			new Mutant("keeps no value that is good", "consumer.DecodedRange", "apply",
					firstCalls("values.keySet.removeAll")));

	static final List<Mutant> OF_THE_CONTAINER = List.of(
			new Mutant("takes a failure for handled", "container.DeliveryStep", "answerFailure",
					before("Consumer.accept", calls("handled", "Subscription.failed"))),
			new Mutant("redelivers what is skipped", "container.DeliveryStep", "answerFailure",
					calls("failed", "Subscription.handled", Duration.ZERO)),
			new Mutant("takes for handled what its error handler stops at", "container.DeliveryStep", "answerFailure",
					after("Consumer.accept", calls("handled", "Subscription.failed"))),
			new Mutant("goes on although its error handler stops it", "container.DeliveryStep", "answerFailure",
					skips("Consumer.accept")),
			new Mutant("takes for handled what its stop interrupts", "container.DeliveryStep", "process",
					calls("handled", "Subscription.failed")),
			new Mutant("has the error handler decide on what its stop interrupts", "container.DeliveryStep", "process",
					answers("BooleanSupplier.getAsBoolean", false)),
			new Mutant("skips where the error handler fails", "container.DeliveryStep", "decide",
					after("Throwable.addSuppressed", says("SKIP", "RETRY"))),
			new Mutant("never gives up", "container.DeliveryStep", "answerFailure",
					answers("RetrySettings.isExhausted", false)),
			new Mutant("gives up an attempt too late", "listener.RetrySettings", "isExhausted",
					returnsIf("simulation.Defects.isLast", false)),
			new Mutant("waits no longer after each failure", "listener.RetrySettings", "delayAfter",
					answers("Math.pow", 1)),
			new Mutant("drops what it may not go on with", "container.WatchRun", "callMore",
					skips("Subscription.release")),
			new Mutant("goes on although it is to stop or to pause", "container.RunGate", "goOn",
					reads("paused", false), reads("stopping", false)),
			new Mutant("begins a call although it is paused", "container.RunGate", "begin", reads("paused", false)),
			new Mutant("forgets at a stop what it has handled", "container.WatchRun", "end",
					calls("close", "Subscription.stop")),
			new Mutant("waits for threads that were refused", "container.WatchRun", "start", skips("WatchRun.leave")),
			new Mutant("keeps the subscription of a run without threads", "container.EtcdWatchContainer", "create",
					skips("Subscription.close")),
			new Mutant("does not start again after a stop", "container.EtcdWatchContainer", "left",
					skips("EtcdWatchContainer.open")),
			new Mutant("forgets with a restart that it is paused", "container.EtcdWatchContainer", "publish",
					skips("WatchRun.setPaused")),
			new Mutant("keeps a run that has ended", "container.WatchRun", "end", skips("Owner.ended")));

	private Mutants() {
	}

	static Stream<Mutant> all() {
		return Stream
			.of(OF_THE_FEED, OF_THE_LINK, OF_RESTORES, OF_WHAT_THROWS, OF_WHAT_IS_SLOW, OF_THE_CONSUMER,
					OF_THE_CONTAINER)
			.flatMap(List::stream);
	}

}
