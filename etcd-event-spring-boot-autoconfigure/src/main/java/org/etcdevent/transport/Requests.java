package org.etcdevent.transport;

import java.util.List;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.TxnRequest;
import org.etcdevent.feed.EtcdTransport.RangeRead;
import org.etcdevent.feed.Key;

/**
 * What is asked of etcd, in its own terms. Reads are linearizable throughout.
 */
final class Requests {

	private Requests() {
	}

	static RangeRequest range(RangeRead read) {
		return RangeRequest.newBuilder()
			.setKey(ByteString.copyFrom(read.start()))
			.setRangeEnd(ByteString.copyFrom(read.end()))
			.setRevision(read.revision())
			.setLimit(read.limit())
			.setKeysOnly(read.detail() == RangeRead.Detail.KEYS)
			.setCountOnly(read.detail() == RangeRead.Detail.COUNT)
			.build();
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
