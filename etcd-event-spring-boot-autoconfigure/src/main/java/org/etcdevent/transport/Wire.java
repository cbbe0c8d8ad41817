package org.etcdevent.transport;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.WatchGrpc;
import io.etcd.jetcd.api.WatchRequest;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import org.etcdevent.etcd.Entry;
import org.etcdevent.etcd.Key;
import org.etcdevent.etcd.Page;
import org.etcdevent.etcd.Stamp;
import org.jspecify.annotations.Nullable;

/**
 * Reads the two answers that carry keys straight into entries, without protobuf's classes
 * between: that saves a third of the cost of an event. Field numbers are those of etcd's
 * {@code rpc.proto}; the fragment flag is missing from jetcd's.
 */
final class Wire {

	static final MethodDescriptor<WatchRequest, WatchMessage> WATCH = WatchGrpc.getWatchMethod()
		.toBuilder(WatchGrpc.getWatchMethod().getRequestMarshaller(), new Answer<>(Wire::watchMessage))
		.build();

	static final MethodDescriptor<RangeRequest, Page> RANGE = KVGrpc.getRangeMethod()
		.toBuilder(KVGrpc.getRangeMethod().getRequestMarshaller(), new Answer<>(Wire::page))
		.build();

	private static final int VARINT = 0;

	private static final int BYTES = 2;

	private static final int DELETE = 1;

	/** In bytes. */
	private static final int LONG_MESSAGE = 64 * 1024;

	private Wire() {
	}

	static WatchMessage watchMessage(CodedInputStream in) throws IOException {
		Header header = new Header();
		long watchId = 0;
		boolean created = false;
		boolean canceled = false;
		boolean fragment = false;
		long compactRevision = 0;
		String reason = "";
		List<Entry> events = new ArrayList<>();
		for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
			switch (tag) {
				case 1 << 3 | BYTES -> nested(in, header::read);
				case 2 << 3 | VARINT -> watchId = in.readInt64();
				case 3 << 3 | VARINT -> created = in.readBool();
				case 4 << 3 | VARINT -> canceled = in.readBool();
				case 5 << 3 | VARINT -> compactRevision = in.readInt64();
				case 6 << 3 | BYTES -> reason = in.readString();
				case 7 << 3 | VARINT -> fragment = in.readBool();
				case 11 << 3 | BYTES -> events.add(event(in));
				default -> skip(in, tag);
			}
		}
		return new WatchMessage(header.stamp(), watchId, created, canceled, compactRevision, reason, fragment, events);
	}

	static Page page(CodedInputStream in) throws IOException {
		Header header = new Header();
		boolean more = false;
		long count = 0;
		List<Entry> entries = new ArrayList<>();
		for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
			switch (tag) {
				case 1 << 3 | BYTES -> nested(in, header::read);
				case 2 << 3 | BYTES -> {
					KeyValue pair = new KeyValue();
					nested(in, pair::read);
					entries.add(pair.entry(false));
				}
				case 3 << 3 | VARINT -> more = in.readBool();
				case 4 << 3 | VARINT -> count = in.readInt64();
				default -> skip(in, tag);
			}
		}
		return new Page(header.stamp(), entries, more, count, in.getTotalBytesRead());
	}

	private static Entry event(CodedInputStream in) throws IOException {
		Event event = new Event();
		nested(in, event::read);
		return event.pair.entry(event.type == DELETE);
	}

	private static void nested(CodedInputStream in, Part part) throws IOException {
		int outer = in.pushLimit(in.readRawVarint32());
		part.read(in);
		if (in.getBytesUntilLimit() != 0) {
			throw new InvalidProtocolBufferException("A nested message ended early");
		}
		in.popLimit(outer);
	}

	private static void skip(CodedInputStream in, int tag) throws IOException {
		if (!in.skipField(tag)) {
			throw new InvalidProtocolBufferException("A group ended that never began");
		}
	}

	/**
	 * A message of a watch stream.
	 *
	 * @param stamp the header
	 * @param watchId the watch's id
	 * @param created whether it answers a create
	 * @param canceled whether the watch is over
	 * @param compactRevision the compacted revision, if that is why it is over
	 * @param reason why it is over, in etcd's words
	 * @param fragment whether the last revision goes on in the next message
	 * @param events the events
	 */
	record WatchMessage(Stamp stamp, long watchId, boolean created, boolean canceled, long compactRevision,
			String reason, boolean fragment, List<Entry> events) {
	}

	@FunctionalInterface
	private interface Part {

		void read(CodedInputStream in) throws IOException;

	}

	@FunctionalInterface
	private interface Parser<T> {

		T parse(CodedInputStream message) throws IOException;

	}

	private static final class Header {

		private long clusterId;

		private long memberId;

		private long revision;

		private long raftTerm;

		void read(CodedInputStream in) throws IOException {
			for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
				switch (tag) {
					case 1 << 3 | VARINT -> this.clusterId = in.readUInt64();
					case 2 << 3 | VARINT -> this.memberId = in.readUInt64();
					case 3 << 3 | VARINT -> this.revision = in.readInt64();
					case 4 << 3 | VARINT -> this.raftTerm = in.readUInt64();
					default -> skip(in, tag);
				}
			}
		}

		Stamp stamp() {
			return new Stamp(this.clusterId, this.memberId, this.revision, this.raftTerm);
		}

	}

	private static final class Event {

		private int type;

		private final KeyValue pair = new KeyValue();

		void read(CodedInputStream in) throws IOException {
			for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
				switch (tag) {
					case 1 << 3 | VARINT -> this.type = in.readEnum();
					case 2 << 3 | BYTES -> nested(in, this.pair::read);
					default -> skip(in, tag);
				}
			}
		}

	}

	private static final class KeyValue {

		private static final byte[] EMPTY = {};

		private byte[] key = EMPTY;

		private byte[] value = EMPTY;

		private long modRevision;

		void read(CodedInputStream in) throws IOException {
			for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
				switch (tag) {
					case 1 << 3 | BYTES -> this.key = in.readByteArray();
					case 3 << 3 | VARINT -> this.modRevision = in.readInt64();
					case 5 << 3 | BYTES -> this.value = in.readByteArray();
					default -> skip(in, tag);
				}
			}
		}

		Entry entry(boolean deleted) {
			return new Entry(new Key(this.key), deleted ? null : this.value, this.modRevision);
		}

	}

	/** Answers are only read; nobody here sends them. */
	private static final class Answer<T> implements MethodDescriptor.Marshaller<T> {

		private final Parser<T> parser;

		Answer(Parser<T> parser) {
			this.parser = parser;
		}

		@Override
		public InputStream stream(@Nullable T value) {
			return (value instanceof MessageLite message) ? new ByteArrayInputStream(message.toByteArray())
					: InputStream.nullInputStream();
		}

		/**
		 * A short message at once, a long one a part at a time: an array for all of it
		 * would cost the garbage collector more than the parsing.
		 */
		private static CodedInputStream input(InputStream stream) throws IOException {
			int length = (stream instanceof KnownLength) ? stream.available() : Integer.MAX_VALUE;
			if (length > LONG_MESSAGE) {
				return CodedInputStream.newInstance(stream, LONG_MESSAGE);
			}
			byte[] all = new byte[length];
			return CodedInputStream.newInstance(all, 0, stream.readNBytes(all, 0, length));
		}

		@Override
		public T parse(InputStream stream) {
			try {
				return this.parser.parse(input(stream));
			}
			catch (IOException ex) {
				throw Status.INTERNAL.withDescription("An answer of etcd cannot be read")
					.withCause(ex)
					.asRuntimeException();
			}
		}

	}

}
