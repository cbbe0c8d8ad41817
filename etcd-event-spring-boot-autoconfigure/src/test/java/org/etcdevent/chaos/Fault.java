package org.etcdevent.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.etcdevent.testsupport.EtcdServer;
import org.etcdevent.testsupport.TcpProxy;

/**
 * What goes wrong on purpose, and how often in a minute.
 */
public enum Fault {

	/** All connections to a member are reset. */
	CUT(30, 30, (scene) -> scene.proxy().cut()),

	/** All connections to a member are closed in good order. */
	END(4, 4, (scene) -> scene.proxy().end()),

	/** All connections to a member are closed in the middle of an answer. */
	CUT_IN_MID_RESPONSE(4, 4, (
			scene) -> scene.proxy().cutAfter(scene.choose(20_000)).completeOnTimeout(null, 2, TimeUnit.SECONDS).join()),

	/** A member's connections stay open and swallow everything. */
	BLACK_HOLE(2, 2, (scene) -> scene.black(TcpProxy::silence)),

	/** A member's connections stay open and swallow what clients say. */
	BLACK_HOLE_FOR_REQUESTS(1, 2, (scene) -> scene.black(TcpProxy::silenceRequests)),

	/** A member's connections stay open and swallow what clients are told. */
	BLACK_HOLE_FOR_ANSWERS(2, 1, (scene) -> scene.black(TcpProxy::silenceAnswers)),

	/** All that goes to and from a member comes 200 ms late. */
	DELAY(1, 1, (scene) -> scene.slow((proxy) -> proxy.delay(Duration.ofMillis(200)))),

	/** All that goes to and from any member comes 300 ms late, for 10 seconds. */
	SLOW_LINE(1, 1, Scene::slowLine),

	/** For 10 seconds etcd knows another password of those who follow. */
	WRONG_PASSWORD(1, 1, Scene::misremember),

	/** Little gets through to and from a member. */
	THROTTLE(1, 1, (scene) -> scene.slow((proxy) -> proxy.throttle(20_000))),

	/** A member is killed and started again. */
	KILL(3, 3, (scene) -> {
		scene.member().kill();
		scene.member().start();
	}),

	/** A member is frozen for 4 seconds. */
	FREEZE(1, 2, (scene) -> {
		scene.member().freeze();
		Scene.pass(Duration.ofSeconds(4));
		scene.member().thaw();
	}),

	/** History is compacted while no member can be reached. */
	COMPACTION_WHILE_AWAY(8, 7, (scene) -> scene.away(() -> {
		Scene.pass(Duration.ofMillis(100));
		scene.compaction().compact();
	})),

	/** More is written while no member can be reached than fits into a message. */
	CATCH_UP(1, 0, (scene) -> {
		scene.compaction().pause();
		scene.away(scene::writeMuch);
	}),

	/** A member makes its file smaller and does nothing else meanwhile. */
	DEFRAGMENTATION(1, 1, (scene) -> scene.cluster().admin().defragment(scene.member().endpoint())),

	/** Another member has to lead. */
	LEADER_MOVE(0, 2, (scene) -> scene.cluster().moveLeader(scene.follower())),

	/** A member is replaced by one without data. */
	REPLACEMENT(0, 1, (scene) -> scene.cluster().replace(scene.member())),

	/** All members but one are killed for 3 seconds. */
	QUORUM_LOSS(0, 1, (scene) -> {
		scene.cluster().members().stream().filter((each) -> each != scene.member()).forEach(EtcdServer::kill);
		Scene.pass(Duration.ofSeconds(3));
		scene.cluster().start();
	}),

	/** All members are set back to what they were in the beginning. */
	RESTORE(1, 1, Scene::restore);

	private final int ofOneMember;

	private final int ofSeveralMembers;

	private final Consumer<Scene> blow;

	Fault(int ofOneMember, int ofSeveralMembers, Consumer<Scene> blow) {
		this.ofOneMember = ofOneMember;
		this.ofSeveralMembers = ofSeveralMembers;
		this.blow = blow;
	}

	/**
	 * How often it strikes.
	 * @param members the number of members
	 * @param seconds the time it has
	 * @return 0 if it cannot happen to so many members
	 */
	public int times(int members, long seconds) {
		int aMinute = (members == 1) ? this.ofOneMember : this.ofSeveralMembers;
		return (int) ((aMinute * seconds + 59) / 60);
	}

	/**
	 * All faults as often as they strike, in any order.
	 * @param members the number of members
	 * @param seconds the time they have
	 * @param seed the same one gives the same order
	 * @return the faults
	 */
	public static List<Fault> shuffled(int members, long seconds, long seed) {
		List<Fault> faults = new ArrayList<>();
		for (Fault fault : values()) {
			faults.addAll(Collections.nCopies(fault.times(members, seconds), fault));
		}
		Collections.shuffle(faults, new Random(seed));
		return faults;
	}

	/** Strikes, and returns when it is over. */
	void strike(Scene scene) {
		this.blow.accept(scene);
	}

}
