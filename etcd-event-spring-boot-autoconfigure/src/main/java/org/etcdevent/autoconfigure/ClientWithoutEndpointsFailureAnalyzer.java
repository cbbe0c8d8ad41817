package org.etcdevent.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Names both ways to say where the watches connect to.
 */
class ClientWithoutEndpointsFailureAnalyzer extends AbstractFailureAnalyzer<ClientWithoutEndpointsException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, ClientWithoutEndpointsException cause) {
		return new FailureAnalysis(ClientWithoutEndpointsException.DESCRIPTION, ClientWithoutEndpointsException.ACTION,
				cause);
	}

}
