package org.etcdevent.transport;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import com.google.protobuf.UnknownFieldSet;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.ResponseHeader;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.WatchCreateRequest;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.etcdevent.KeyRange;
import org.etcdevent.etcd.Entry;
import org.etcdevent.etcd.Key;
import org.etcdevent.etcd.Page;
import org.etcdevent.etcd.RangeRead;
import org.etcdevent.etcd.Stamp;
import org.etcdevent.transport.Wire.WatchMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests for {@link Wire} and {@link Requests}, with protobuf's own parser as the oracle.
 */
class WireTests {

	private static final int MESSAGES = 2_000;

	private static final String REFUSED = "refused";

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3, 20_261_101 })
	void readsWatchResponsesAsProtobufDoes(long seed) throws IOException {
		Random random = new Random(seed);
		for (int i = 0; i < MESSAGES; i++) {
			byte[] bytes = RandomMessages.watchResponse(random);
			assertThat(text(watchMessage(bytes))).as("seed %d, message %d", seed, i)
				.isEqualTo(text(WatchResponse.parseFrom(bytes)));
		}
	}

	@ParameterizedTest
	@ValueSource(longs = { 4, 5, 6, 20_261_102 })
	void readsRangeResponsesAsProtobufDoes(long seed) throws IOException {
		Random random = new Random(seed);
		for (int i = 0; i < MESSAGES; i++) {
			byte[] bytes = RandomMessages.rangeResponse(random);
			assertThat(text(page(bytes))).as("seed %d, message %d", seed, i)
				.isEqualTo(text(RangeResponse.parseFrom(bytes), bytes.length));
		}
	}

	@ParameterizedTest
	@ValueSource(longs = { 7, 8, 20_261_103 })
	void readsDamagedWatchResponsesAsProtobufDoesOrFailsCleanly(long seed) {
		Random random = new Random(seed);
		int[] refused = new int[2];
		for (int i = 0; i < MESSAGES; i++) {
			byte[] bytes = RandomMessages.damaged(random, RandomMessages.watchResponse(random));
			String ours = outcome(() -> text(Wire.watchMessage(CodedInputStream.newInstance(bytes))));
			String oracle = outcome(() -> text(WatchResponse.parseFrom(bytes)));
			check(ours, oracle, refused, "seed " + seed + ", message " + i);
			check(outcome(() -> text(Wire.watchMessage(inParts(bytes)))), oracle, new int[2], "in parts");
		}
		checkRefused(refused, seed);
	}

	@ParameterizedTest
	@ValueSource(longs = { 9, 10, 20_261_104 })
	void readsDamagedRangeResponsesAsProtobufDoesOrFailsCleanly(long seed) {
		Random random = new Random(seed);
		int[] refused = new int[2];
		for (int i = 0; i < MESSAGES; i++) {
			byte[] bytes = RandomMessages.damaged(random, RandomMessages.rangeResponse(random));
			String ours = outcome(() -> text(Wire.page(CodedInputStream.newInstance(bytes))));
			String oracle = outcome(() -> text(RangeResponse.parseFrom(bytes), bytes.length));
			check(ours, oracle, refused, "seed " + seed + ", message " + i);
			check(outcome(() -> text(Wire.page(inParts(bytes)))), oracle, new int[2], "in parts");
		}
		checkRefused(refused, seed);
	}

	@Test
	void refusesEachTruncationInTheMiddleOfAField() throws IOException {
		Event event = Event.newBuilder()
			.setKv(KeyValue.newBuilder().setKey(RandomMessages.utf8("key")).setValue(RandomMessages.utf8("value")))
			.build();
		byte[] bytes = WatchResponse.newBuilder().addEvents(event).build().toByteArray();
		assertThat(watchMessage(bytes).events()).hasSize(1);
		for (int length = 1; length < bytes.length; length++) {
			byte[] part = Arrays.copyOf(bytes, length);
			assertThatExceptionOfType(IOException.class).as("%d of %d bytes", length, bytes.length)
				.isThrownBy(() -> watchMessage(part));
		}
	}

	@Test
	void refusesALengthThatIsNotThereWithoutMakingRoomForIt() throws IOException {
		byte[] key = RandomMessages.write((out) -> {
			out.writeTag(1, 2);
			out.writeUInt32NoTag(Integer.MAX_VALUE);
		});
		byte[] page = RandomMessages.write((out) -> out.writeByteArray(2, key));
		assertThatExceptionOfType(InvalidProtocolBufferException.class).isThrownBy(() -> page(page));
		byte[] negative = RandomMessages.write((out) -> {
			out.writeTag(2, 2);
			out.writeUInt64NoTag(-1);
		});
		assertThatExceptionOfType(InvalidProtocolBufferException.class).isThrownBy(() -> page(negative));
	}

	@Test
	void refusesGroupsWithoutEndInsteadOfRunningOutOfStack() {
		byte[] groups = new byte[1_000_000];
		Arrays.fill(groups, (byte) (9 << 3 | 3));
		assertThatExceptionOfType(InvalidProtocolBufferException.class).isThrownBy(() -> watchMessage(groups));
		assertThatExceptionOfType(InvalidProtocolBufferException.class).isThrownBy(() -> page(groups));
	}

	@Test
	void takesAReasonThatIsNotUtf8SinceTheMessageEndsAWatchAllTheSame() throws IOException {
		byte[] bytes = RandomMessages.write((out) -> {
			out.writeBool(4, true);
			out.writeByteArray(6, new byte[] { 'n', 'o', (byte) 0xff });
		});
		WatchMessage message = watchMessage(bytes);
		assertThat(message.canceled()).isTrue();
		assertThat(message.reason()).startsWith("no");
	}

	@Test
	void readsAMessageOfManyMegabytes() throws IOException {
		byte[] value = new byte[20_000_000];
		new Random(11).nextBytes(value);
		byte[] bytes = RangeResponse.newBuilder()
			.addKvs(KeyValue.newBuilder().setValue(ByteString.copyFrom(value)))
			.build()
			.toByteArray();
		Page page = page(bytes);
		assertThat(page.entries().get(0).value()).isEqualTo(value);
		assertThat(page.bytes()).isEqualTo(bytes.length);
	}

	@Test
	void tellsTheCallThatAnAnswerCannotBeRead() {
		assertThatExceptionOfType(StatusRuntimeException.class)
			.isThrownBy(() -> Wire.WATCH.parseResponse(new ByteArrayInputStream(new byte[] { 0x0a, 0x7f })))
			.satisfies((ex) -> {
				assertThat(ex.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
				assertThat(ex.getStatus().getDescription()).contains("cannot be read");
			});
	}

	@Test
	void asksForAWatchWithTheFieldsThatTheGeneratedClassesLack() throws IOException {
		WatchRequest request = Requests.create(42, KeyRange.parse("flags/"), 1_234, true);
		WatchCreateRequest create = reparsed(request, WatchRequest.parser()).getCreateRequest();
		assertThat(create.getKey().toStringUtf8()).isEqualTo("flags/");
		assertThat(create.getRangeEnd().toStringUtf8()).isEqualTo("flags0");
		assertThat(create.getStartRevision()).isEqualTo(1_234);
		assertThat(create.getProgressNotify()).isTrue();
		assertThat(create.getPrevKv()).isFalse();
		assertThat(create.getFiltersList()).isEmpty();
		UnknownFieldSet others = create.getUnknownFields();
		assertThat(others.asMap()).containsOnlyKeys(7, 8);
		assertThat(others.getField(7).getVarintList()).containsExactly(42L);
		assertThat(others.getField(8).getVarintList()).containsExactly(1L);
	}

	@Test
	void cancelsAWatchAndAsksForProgressOfTheStream() throws IOException {
		assertThat(reparsed(Requests.cancel(42), WatchRequest.parser()).getCancelRequest().getWatchId()).isEqualTo(42);
		assertThat(reparsed(Requests.progress(), WatchRequest.parser()).hasProgressRequest()).isTrue();
	}

	@ParameterizedTest
	@EnumSource(RangeRead.Detail.class)
	void asksForAPageLinearizably(RangeRead.Detail detail) throws IOException {
		RangeRead read = new RangeRead(new byte[] { 'a', 0 }, new byte[] { 0 }, 77, 10_000, detail, 1);
		RangeRequest request = reparsed(Requests.range(read), RangeRequest.parser());
		assertThat(request.getKey().toByteArray()).containsExactly('a', 0);
		assertThat(request.getRangeEnd().toByteArray()).containsExactly(0);
		assertThat(request.getRevision()).isEqualTo(77);
		assertThat(request.getLimit()).isEqualTo(10_000);
		assertThat(request.getKeysOnly())
			.isEqualTo(detail == RangeRead.Detail.KEYS || detail == RangeRead.Detail.NEWEST);
		assertThat(request.getCountOnly()).isEqualTo(detail == RangeRead.Detail.COUNT);
		boolean sorted = request.getSortTarget() == RangeRequest.SortTarget.MOD
				&& request.getSortOrder() == RangeRequest.SortOrder.DESCEND;
		assertThat(sorted).isEqualTo(detail == RangeRead.Detail.NEWEST);
		assertThat(request.getSerializable()).isFalse();
		assertThat(request.getMinModRevision()).isZero();
	}

	@Test
	void asksForSingleKeysAtOneRevisionInATransactionThatOnlyReads() throws IOException {
		List<Key> keys = List.of(new Key(new byte[] { 'a' }), new Key(new byte[] { (byte) 0xff }));
		TxnRequest request = reparsed(Requests.keys(keys, 99), TxnRequest.parser());
		assertThat(request.getCompareList()).isEmpty();
		assertThat(request.getFailureList()).isEmpty();
		assertThat(request.getSuccessList()).hasSize(2).allSatisfy((operation) -> {
			assertThat(operation.hasRequestRange()).isTrue();
			assertThat(operation.getRequestRange().getRevision()).isEqualTo(99);
			assertThat(operation.getRequestRange().getRangeEnd().isEmpty()).isTrue();
			assertThat(operation.getRequestRange().getSerializable()).isFalse();
		});
		assertThat(request.getSuccess(1).getRequestRange().getKey().toByteArray()).containsExactly(0xff);
	}

	private static WatchMessage watchMessage(byte[] bytes) throws IOException {
		String inParts = outcome(() -> text(Wire.watchMessage(inParts(bytes))));
		assertThat(outcome(() -> text(Wire.watchMessage(CodedInputStream.newInstance(bytes))))).isEqualTo(inParts);
		return Wire.watchMessage(CodedInputStream.newInstance(bytes));
	}

	private static Page page(byte[] bytes) throws IOException {
		String inParts = outcome(() -> text(Wire.page(inParts(bytes))));
		assertThat(outcome(() -> text(Wire.page(CodedInputStream.newInstance(bytes))))).isEqualTo(inParts);
		return Wire.page(CodedInputStream.newInstance(bytes));
	}

	/** As a long message is read: here, a few bytes at a time. */
	private static CodedInputStream inParts(byte[] bytes) {
		return CodedInputStream.newInstance(new ByteArrayInputStream(bytes), 24);
	}

	private static <M extends MessageLite> M reparsed(M message, Parser<M> parser) throws IOException {
		return parser.parseFrom(message.toByteArray());
	}

	private static void check(String ours, String oracle, int[] refused, String message) {
		refused[0] += ours.equals(REFUSED) ? 1 : 0;
		refused[1] += oracle.equals(REFUSED) ? 1 : 0;
		if (!ours.equals(REFUSED) && !oracle.equals(REFUSED)) {
			assertThat(ours).as(message).isEqualTo(oracle);
		}
	}

	/**
	 * A few may differ: what is skipped here, such as previous values, is not looked
	 * into, and protobuf is stricter with a number that it skips than with one it reads.
	 */
	private static void checkRefused(int[] refused, long seed) {
		assertThat(refused[0]).as("refused of seed %d", seed)
			.isGreaterThan(MESSAGES / 10)
			.isCloseTo(refused[1], within(MESSAGES / 20));
	}

	/** Anything else than an exception of reading ends the test. */
	private static String outcome(Reading reading) {
		try {
			return reading.read();
		}
		catch (IOException ex) {
			return REFUSED;
		}
	}

	private static String text(WatchMessage message) {
		return message.watchId() + " " + message.created() + message.canceled() + message.fragment() + " "
				+ message.compactRevision() + " " + message.reason() + " " + message.stamp() + " "
				+ message.events().stream().map(WireTests::text).toList();
	}

	private static String text(WatchResponse message) {
		List<Long> fragment = message.getUnknownFields().getField(7).getVarintList();
		boolean isFragment = !fragment.isEmpty() && fragment.get(fragment.size() - 1) != 0;
		return message.getWatchId() + " " + message.getCreated() + message.getCanceled() + isFragment + " "
				+ message.getCompactRevision() + " " + message.getCancelReason() + " " + stamp(message.getHeader())
				+ " " + message.getEventsList().stream().map(WireTests::text).toList();
	}

	private static String text(Page page) {
		return page.more() + " " + page.count() + " " + page.bytes() + " " + page.stamp() + " "
				+ page.entries().stream().map(WireTests::text).toList();
	}

	private static String text(RangeResponse message, long bytes) {
		return message.getMore() + " " + message.getCount() + " " + bytes + " " + stamp(message.getHeader()) + " "
				+ message.getKvsList().stream().map((pair) -> text(pair, false)).toList();
	}

	private static String text(Entry entry) {
		return text(entry.key().bytes(), entry.value(), entry.modRevision());
	}

	private static String text(Event event) {
		return text(event.getKv(), event.getType() == Event.EventType.DELETE);
	}

	private static String text(KeyValue pair, boolean deleted) {
		return text(pair.getKey().toByteArray(), deleted ? null : pair.getValue().toByteArray(), pair.getModRevision());
	}

	private static String text(byte[] key, byte[] value, long modRevision) {
		return hex(key) + "=" + ((value != null) ? hex(value) : "deleted") + "@" + modRevision;
	}

	private static String hex(byte[] bytes) {
		return (bytes.length <= 64) ? HexFormat.of().formatHex(bytes) : bytes.length + "#" + Arrays.hashCode(bytes);
	}

	private static Stamp stamp(ResponseHeader header) {
		return new Stamp(header.getClusterId(), header.getMemberId(), header.getRevision(), header.getRaftTerm());
	}

	@FunctionalInterface
	private interface Reading {

		String read() throws IOException;

	}

}
