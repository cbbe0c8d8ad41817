package org.etcdevent.samples.flags;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;

/**
 * The request needs an answer from etcd, which did not come.
 */
class FlagsUnavailableException extends ResponseStatusException {

	private static final long serialVersionUID = 1L;

	FlagsUnavailableException(String reason, @Nullable Throwable cause) {
		super(HttpStatus.SERVICE_UNAVAILABLE, reason, cause);
	}

}
