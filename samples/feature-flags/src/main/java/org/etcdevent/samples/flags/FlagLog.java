package org.etcdevent.samples.flags;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.etcdevent.EtcdUpdate;
import org.etcdevent.EtcdWatch;

import org.springframework.stereotype.Component;

/**
 * Tells in the log what changed: a stand-in for whatever an application does when a flag
 * flips.
 */
@Component
class FlagLog {

	private static final Log logger = LogFactory.getLog(FlagLog.class);

	@EtcdWatch("flags/")
	void onFlag(EtcdUpdate<Flag> update) {
		Flag flag = update.value();
		if (flag == null) {
			logger.info("%s is gone, as of revision %d".formatted(update.key(), update.revision()));
		}
		else {
			logger.info("%s is %s, as of revision %d".formatted(update.key(), flag.enabled() ? "on" : "off",
					update.revision()));
		}
	}

}
