package org.etcdevent.consumer;

/**
 * Whether a snapshot has to come although no key changed: the first one, and again where
 * such a one failed, for there is no key to retry. For one thread at a time, but for
 * {@link #isTold()}.
 */
final class WholeRetry {

	/** Whether one was ever handled. */
	private volatile boolean told;

	private boolean missing;

	private int attempts;

	WholeRetry(boolean told) {
		this.told = told;
		this.missing = !told;
	}

	boolean isTold() {
		return this.told;
	}

	boolean isMissing() {
		return this.missing;
	}

	/**
	 * One was taken.
	 * @return the number of consecutive attempts, including this one
	 */
	int taken() {
		this.missing = false;
		return ++this.attempts;
	}

	void handled() {
		this.told = true;
		this.attempts = 0;
	}

	void failed(boolean withoutKeys) {
		this.missing |= withoutKeys;
	}

	void released(boolean withoutKeys) {
		this.missing = withoutKeys || !this.told;
		this.attempts--;
	}

}
