package org.etcdevent.chaos;

/**
 * What goes wrong on purpose.
 */
enum Fault {

	/** All connections of a member are reset. */
	CUT(60),

	/** A member's connections stay open and swallow everything for 3 seconds. */
	BLACK_HOLE(10),

	/** A member is killed and started again. */
	KILL(6),

	/** A member is frozen for 4 seconds. */
	FREEZE(3),

	/** History is compacted while no member can be reached. */
	COMPACTION_WHILE_AWAY(15),

	/** All members but one are killed for 3 seconds. */
	QUORUM_LOSS(1),

	/** The only member is set back to a backup. */
	RESTORE(2);

	private final int weight;

	Fault(int weight) {
		this.weight = weight;
	}

	/**
	 * How often it strikes in proportion to the others.
	 * @return a positive number
	 */
	int weight() {
		return this.weight;
	}

	boolean fits(int members) {
		return switch (this) {
			case QUORUM_LOSS -> members > 1;
			case RESTORE -> members == 1;
			default -> true;
		};
	}

}
