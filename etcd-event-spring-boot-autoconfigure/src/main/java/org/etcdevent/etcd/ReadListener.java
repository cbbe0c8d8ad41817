package org.etcdevent.etcd;

/**
 * Gets the answer to a read: one call of either method.
 */
public interface ReadListener {

	/**
	 * The answer.
	 * @param page what was read
	 */
	void onPage(Page page);

	/**
	 * The read failed.
	 * @param reason why
	 */
	void onFailure(Failure reason);

}
