package org.etcdevent.transport;

import io.grpc.Status;
import org.etcdevent.etcd.Failure;

/**
 * What a feed hears of a gRPC status, for simulations that have no gRPC.
 */
public final class StatusFailures {

	private StatusFailures() {
	}

	public static Failure of(Status status) {
		return Failures.of(status);
	}

}
