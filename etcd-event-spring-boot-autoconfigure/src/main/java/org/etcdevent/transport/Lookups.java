package org.etcdevent.transport;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.grpc.EquivalentAddressGroup;
import io.grpc.Status;
import io.netty.util.concurrent.DefaultThreadFactory;
import org.etcdevent.etcd.Failure;
import org.etcdevent.etcd.Loop;
import org.jspecify.annotations.Nullable;

/**
 * Looks names up, off the loop. A question that is being looked up already is answered
 * with it, so that a name server that does not answer costs one thread an endpoint. Loop
 * only.
 */
final class Lookups {

	private final EventLoop loop;

	private final NameService names;

	/** Its threads end when they have nothing to do. */
	private final ExecutorService threads = new ThreadPoolExecutor(0, Integer.MAX_VALUE, 1, TimeUnit.SECONDS,
			new SynchronousQueue<>(), new DefaultThreadFactory("etcd-event-resolver", true));

	private final Map<Question, List<Waiter>> waiters = new HashMap<>();

	Lookups(EventLoop loop, NameService names) {
		this.loop = loop;
		this.names = names;
	}

	/**
	 * Looks an endpoint up. What is an address already is answered at once.
	 * @return what cancels the answer
	 */
	Loop.Timer lookUp(URI endpoint, boolean tls, Consumer<List<SocketAddress>> then, Consumer<Failure> otherwise) {
		Waiter waiter = new Waiter(new SingleAnswer(), then, otherwise);
		Question question = new Question(endpoint, tls);
		List<Waiter> others = this.waiters.get(question);
		if (others != null) {
			others.add(waiter);
		}
		else {
			this.waiters.put(question, new ArrayList<>(List.of(waiter)));
			ask(question);
		}
		waiter.answer.current = () -> {
			List<Waiter> all = this.waiters.get(question);
			if (all != null) {
				all.remove(waiter);
			}
		};
		return waiter.answer;
	}

	private void ask(Question question) {
		if (!SrvEndpoint.isSrv(question.endpoint) && HostEndpoint.of(question.endpoint).isAddress()) {
			look(question);
			return;
		}
		try {
			this.threads.execute(() -> look(question));
		}
		catch (RuntimeException | Error ex) {
			failed(question, "No thread to look up " + question.endpoint, ex);
		}
	}

	@SuppressWarnings("CatchingUnchecked") // whatever it is, somebody waits for it
	private void look(Question question) {
		try {
			List<SocketAddress> addresses = this.names.lookUp(question.endpoint, question.tls)
				.stream()
				.flatMap((group) -> group.getAddresses().stream())
				.toList();
			this.loop.execute(() -> answered(question).forEach((waiter) -> waiter.succeed(addresses)));
		}
		catch (IOException ex) {
			failed(question, String.valueOf(ex.getMessage()), ex.getCause());
		}
		catch (RuntimeException | Error ex) {
			failed(question, "Cannot look up " + question.endpoint, ex);
		}
	}

	private void failed(Question question, String message, @Nullable Throwable cause) {
		Failure failure = Failures.of(Status.UNAVAILABLE.withDescription(message).withCause(cause));
		this.loop.execute(() -> answered(question).forEach((waiter) -> waiter.fail(failure)));
	}

	private List<Waiter> answered(Question question) {
		List<Waiter> removed = this.waiters.remove(question);
		return (removed != null) ? removed : List.of();
	}

	void close() {
		this.threads.shutdownNow();
	}

	/** Knows the addresses of names. */
	@FunctionalInterface
	interface NameService {

		/**
		 * Looks an endpoint up, which may block.
		 * @param endpoint the endpoint
		 * @param tls whether the connection uses TLS
		 * @return the addresses of each member, at least one
		 * @throws IOException if there is none; its message is for people
		 */
		List<EquivalentAddressGroup> lookUp(URI endpoint, boolean tls) throws IOException;

	}

	private record Question(URI endpoint, boolean tls) {
	}

	private record Waiter(SingleAnswer answer, Consumer<List<SocketAddress>> then, Consumer<Failure> otherwise) {

		void succeed(List<SocketAddress> addresses) {
			this.answer.once(() -> this.then.accept(addresses));
		}

		void fail(Failure failure) {
			this.answer.once(() -> this.otherwise.accept(failure));
		}

	}

}
