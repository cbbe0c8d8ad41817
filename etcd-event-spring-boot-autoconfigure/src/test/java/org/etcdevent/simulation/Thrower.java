package org.etcdevent.simulation;

/**
 * Throws at a crossing, before or after what is done there.
 */
public final class Thrower {

	private Crossing where;

	private boolean error;

	private boolean after;

	private int left;

	private int thrown;

	/**
	 * From now on, calls throw.
	 * @param crossing which
	 * @param asError whether an error, instead of an exception
	 * @param afterwards whether after they have had their effect
	 * @param times how many of them
	 */
	public void arm(Crossing crossing, boolean asError, boolean afterwards, int times) {
		this.where = crossing;
		this.error = asError;
		this.after = afterwards;
		this.left = times;
	}

	public void disarm() {
		this.left = 0;
	}

	/** How often it threw. */
	public int thrown() {
		return this.thrown;
	}

	/** Whether what throws now has had its effect. */
	boolean isAfter() {
		return this.after;
	}

	void cross(Crossing reached, Runnable effect) {
		boolean throwing = reached == this.where && this.left > 0;
		if (!throwing || this.after) {
			effect.run();
		}
		if (throwing) {
			this.left--;
			this.thrown++;
			if (this.error) {
				throw new OutOfMemoryError("for a test");
			}
			throw new IllegalStateException("for a test");
		}
	}

}
