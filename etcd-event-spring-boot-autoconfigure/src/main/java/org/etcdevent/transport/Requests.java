package org.etcdevent.transport;

import java.util.List;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.WatchCancelRequest;
import io.etcd.jetcd.api.WatchCreateRequest;
import io.etcd.jetcd.api.WatchProgressRequest;
import io.etcd.jetcd.api.WatchRequest;
import org.etcdevent.KeyRange;
import org.etcdevent.etcd.Key;
import org.etcdevent.etcd.RangeRead;

/**
 * What is asked of etcd, in its own terms. Reads are linearizable throughout.
 */
final class Requests {

	/** Missing from jetcd's {@code WatchCreateRequest}. */
	private static final int WATCH_ID = 7;

	/** Missing from jetcd's {@code WatchCreateRequest}. */
	private static final int FRAGMENT = 8;

	private Requests() {
	}

	static WatchRequest create(long watchId, KeyRange range, long startRevision, boolean fragments) {
		UnknownFieldSet missing = UnknownFieldSet.newBuilder()
			.addField(WATCH_ID, UnknownFieldSet.Field.newBuilder().addVarint(watchId).build())
			.addField(FRAGMENT, UnknownFieldSet.Field.newBuilder().addVarint(fragments ? 1 : 0).build())
			.build();
		WatchCreateRequest create = WatchCreateRequest.newBuilder()
			.setKey(ByteString.copyFrom(range.start()))
			.setRangeEnd(ByteString.copyFrom(range.end()))
			.setStartRevision(startRevision)
			.setProgressNotify(true)
			.setUnknownFields(missing)
			.build();
		return WatchRequest.newBuilder().setCreateRequest(create).build();
	}

	/** The id that a create asks for. */
	static long watchId(WatchRequest create) {
		return create.getCreateRequest().getUnknownFields().getField(WATCH_ID).getVarintList().get(0);
	}

	static WatchRequest cancel(long watchId) {
		return WatchRequest.newBuilder().setCancelRequest(WatchCancelRequest.newBuilder().setWatchId(watchId)).build();
	}

	static WatchRequest progress() {
		return WatchRequest.newBuilder().setProgressRequest(WatchProgressRequest.getDefaultInstance()).build();
	}

	static RangeRequest range(RangeRead read) {
		RangeRequest.Builder request = RangeRequest.newBuilder()
			.setKey(ByteString.copyFrom(read.start()))
			.setRangeEnd(ByteString.copyFrom(read.end()))
			.setRevision(read.revision())
			.setLimit(read.limit());
		switch (read.detail()) {
			case ALL -> {
			}
			case KEYS -> request.setKeysOnly(true);
			case COUNT -> request.setCountOnly(true);
			case NEWEST -> request.setKeysOnly(true)
				.setSortTarget(RangeRequest.SortTarget.MOD)
				.setSortOrder(RangeRequest.SortOrder.DESCEND);
		}
		return request.build();
	}

	static TxnRequest keys(List<Key> keys, long revision) {
		TxnRequest.Builder request = TxnRequest.newBuilder();
		for (Key key : keys) {
			RangeRequest one = RangeRequest.newBuilder()
				.setKey(ByteString.copyFrom(key.bytes()))
				.setRevision(revision)
				.build();
			request.addSuccess(RequestOp.newBuilder().setRequestRange(one).build());
		}
		return request.build();
	}

}
