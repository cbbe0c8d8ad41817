package org.etcdevent.autoconfigure;

import org.etcdevent.EtcdDecoderNotFoundException;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Says what to add where values cannot be decoded. Asked before Boot's analyzer of the
 * property, whose action is not about decoders, and after that of watches.
 */
@Order(Ordered.HIGHEST_PRECEDENCE + 1)
class EtcdDecoderNotFoundFailureAnalyzer extends AbstractFailureAnalyzer<EtcdDecoderNotFoundException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, EtcdDecoderNotFoundException cause) {
		InvalidConfigurationPropertyValueException property = findCause(rootFailure,
				InvalidConfigurationPropertyValueException.class);
		String where = (property != null) ? " (" + property.getName() + ")" : "";
		return new FailureAnalysis(cause.getProblem() + where + ".", cause.getRemedy() + ".", cause);
	}

}
