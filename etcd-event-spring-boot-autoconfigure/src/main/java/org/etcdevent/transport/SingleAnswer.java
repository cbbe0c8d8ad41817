package org.etcdevent.transport;

import org.etcdevent.etcd.Loop;

/** An answer that comes once, unless it is canceled. Loop only. */
final class SingleAnswer implements Loop.Timer {

	/** What there is to cancel. */
	Loop.Timer current = () -> {
	};

	private boolean over;

	void once(Runnable answer) {
		if (!this.over) {
			this.over = true;
			answer.run();
		}
	}

	@Override
	public void cancel() {
		if (!this.over) {
			this.over = true;
			this.current.cancel();
		}
	}

}
