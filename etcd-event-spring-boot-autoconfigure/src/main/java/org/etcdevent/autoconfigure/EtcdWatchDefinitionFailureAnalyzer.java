package org.etcdevent.autoconfigure;

import org.etcdevent.listener.EtcdWatchDefinitionException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Says what is wrong with the declaration of a watch. Asked before those of Boot, which
 * would analyze the cause and not know the watch.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
class EtcdWatchDefinitionFailureAnalyzer extends AbstractFailureAnalyzer<EtcdWatchDefinitionException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, EtcdWatchDefinitionException cause) {
		String attribute = cause.getAttribute();
		String where = (attribute != null) ? "Attribute '" + attribute + "' of the watch" : "The watch";
		return new FailureAnalysis(where + " on " + cause.getLocation() + " is invalid: " + cause.getProblem() + ".",
				cause.getRemedy() + ".", cause);
	}

}
