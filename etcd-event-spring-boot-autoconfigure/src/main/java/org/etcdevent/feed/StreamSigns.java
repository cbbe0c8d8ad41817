package org.etcdevent.feed;

/**
 * What the messages of a stream show of the member behind it: whether there is one, and
 * whether it keeps up with the quorum. Loop only.
 */
final class StreamSigns {

	private final AwakeTime time;

	private final long patience;

	/** When anything came, or the first watch was asked for. */
	private long last;

	/**
	 * Whether a message has come in part: until it is whole, what comes after it on the
	 * stream says nothing by not being there.
	 */
	private boolean arriving;

	/** When the member last had what a quorum had, or came half-way there. */
	private long keptUp;

	/** How many revisions it lacked then, 0 for none. */
	private long gap;

	/** Whether it lacked anything when it last said where it is. */
	private boolean behind;

	/** When that was. */
	private long said;

	/**
	 * The signs of a stream that begins now.
	 * @param patience how long it may be silent or behind, in nanoseconds
	 */
	StreamSigns(AwakeTime time, long patience) {
		this.time = time;
		this.patience = patience;
		this.last = time.nanos();
		this.keptUp = this.last;
	}

	/** From now on it owes signs. */
	void begin() {
		this.last = this.time.nanos();
	}

	void onPart() {
		this.last = this.time.nanos();
		this.arriving = true;
	}

	void onMessage() {
		onAnswer();
		this.arriving = false;
	}

	/** Something came on the connection that is no message of the stream. */
	void onAnswer() {
		this.last = this.time.nanos();
	}

	boolean isArriving() {
		return this.arriving;
	}

	/**
	 * The member said where it is.
	 * @param lacking how many revisions it lacked of what a quorum had before it was
	 * asked, 0 or less for none
	 */
	void onPosition(long lacking) {
		this.said = this.time.nanos();
		boolean before = this.behind;
		this.behind = lacking > 0;
		if (!this.behind || (before && lacking <= this.gap / 2)) {
			this.keptUp = this.time.nanos();
		}
		if (!this.behind || !before || lacking <= this.gap / 2) {
			this.gap = Math.max(0, lacking);
		}
	}

	/** Whether nothing came for so long that something has to be asked for. */
	boolean isQuiet() {
		return this.time.nanos() - this.last >= this.patience / 2;
	}

	/** Whether nothing came for too long. */
	boolean isSilent() {
		return this.time.nanos() - this.last >= this.patience;
	}

	/** Whether the member says that it is behind, and did not catch up for too long. */
	boolean isLeftBehind() {
		long now = this.time.nanos();
		return this.behind && now - this.said < this.patience / 2 && now - this.keptUp >= this.patience;
	}

}
