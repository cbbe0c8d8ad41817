package org.etcdevent.transport;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.ResponseHeader;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The server's end of a watch stream: keeps what is asked, and says what the test wants.
 */
final class OddWatch implements StreamObserver<WatchRequest> {

	static final ResponseHeader HEADER = ResponseHeader.newBuilder()
		.setClusterId(7)
		.setRevision(100)
		.setRaftTerm(3)
		.build();

	final BlockingQueue<WatchRequest> requests = new LinkedBlockingQueue<>();

	/** Opens once the client gave the stream up. */
	final CountDownLatch over = new CountDownLatch(1);

	private final StreamObserver<WatchResponse> responses;

	OddWatch(StreamObserver<WatchResponse> responses) {
		this.responses = responses;
		// What is said to a client that has gone is lost, and no error.
		((ServerCallStreamObserver<WatchResponse>) responses).setOnCancelHandler(this.over::countDown);
	}

	WatchRequest next() throws InterruptedException {
		WatchRequest request = this.requests.poll(10, TimeUnit.SECONDS);
		assertThat(request).as("a request").isNotNull();
		return request;
	}

	boolean isReady() {
		return ((ServerCallStreamObserver<WatchResponse>) this.responses).isReady();
	}

	void say(WatchResponse.Builder response) {
		this.responses.onNext(response.setHeader(HEADER).build());
	}

	void created(long id) {
		say(WatchResponse.newBuilder().setCreated(true).setWatchId(id));
	}

	void events(long id, boolean fragment, int... revisions) {
		WatchResponse.Builder response = WatchResponse.newBuilder().setWatchId(id);
		IntStream.of(revisions).forEach((revision) -> response.addEvents(put(revision, "v" + revision)));
		if (fragment) {
			response.setUnknownFields(UnknownFieldSet.newBuilder()
				.addField(7, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
				.build());
		}
		say(response);
	}

	void events(long id, byte[] value) {
		KeyValue pair = KeyValue.newBuilder().setValue(ByteString.copyFrom(value)).setModRevision(101).build();
		say(WatchResponse.newBuilder().setWatchId(id).addEvents(Event.newBuilder().setKv(pair)));
	}

	void refused(String reason) {
		say(WatchResponse.newBuilder().setCreated(true).setCanceled(true).setWatchId(-1).setCancelReason(reason));
	}

	void progress(long id) {
		say(WatchResponse.newBuilder().setWatchId(id));
	}

	void end() {
		this.responses.onCompleted();
	}

	void end(Status status) {
		this.responses.onError(status.asRuntimeException());
	}

	@Override
	public void onNext(WatchRequest request) {
		this.requests.add(request);
	}

	@Override
	public void onError(Throwable failure) {
		this.over.countDown();
	}

	@Override
	public void onCompleted() {
		this.over.countDown();
	}

	private static Event put(int revision, String value) {
		return Event.newBuilder()
			.setKv(KeyValue.newBuilder()
				.setKey(ByteString.copyFromUtf8("k"))
				.setValue(ByteString.copyFromUtf8(value))
				.setModRevision(revision))
			.build();
	}

}
