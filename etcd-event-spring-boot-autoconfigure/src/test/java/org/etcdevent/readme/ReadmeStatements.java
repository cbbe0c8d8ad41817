package org.etcdevent.readme;

import org.etcdevent.EtcdUpdate;
import org.etcdevent.EtcdValues;
import org.etcdevent.listener.EtcdWatchRegistry;

import org.springframework.beans.factory.annotation.Autowired;

/**
 * What stands around those blocks of the README that are statements: the beans that they
 * name.
 */
public abstract class ReadmeStatements {

	@Autowired
	protected EtcdWatchRegistry registry;

	@Autowired
	protected EtcdValues etcdValues;

	/**
	 * The statements.
	 * @throws Exception if they fail
	 */
	public abstract void run() throws Exception;

	protected void apply(EtcdUpdate<?> update) {
	}

}
