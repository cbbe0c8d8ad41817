package org.etcdevent.autoconfigure;

/**
 * The application has a client of its own, and nothing says where the watches connect to.
 */
class ClientWithoutEndpointsException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	static final String DESCRIPTION = "The application defines a jetcd Client bean of its own, but watches do not run "
			+ "on it and do not know where it connects to.";

	static final String ACTION = "Either set 'etcd.event.endpoints', or define a bean of type "
			+ EtcdConnectionDetails.class.getName() + ".";

	ClientWithoutEndpointsException() {
		super(DESCRIPTION + " " + ACTION);
	}

}
