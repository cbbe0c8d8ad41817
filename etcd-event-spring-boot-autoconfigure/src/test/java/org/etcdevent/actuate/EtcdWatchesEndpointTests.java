package org.etcdevent.actuate;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.etcdevent.EtcdWatchState;
import org.etcdevent.KeyRange;
import org.etcdevent.WatchStatus;
import org.etcdevent.actuate.EtcdWatchesEndpoint.WatchDescriptor;
import org.etcdevent.listener.EtcdWatchContainerStatus;
import org.etcdevent.listener.EtcdWatchRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.BDDMockito.willThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;

/**
 * Tests for {@link EtcdWatchesEndpoint}.
 */
class EtcdWatchesEndpointTests {

	private static final KeyRange RANGE = KeyRange.prefix("flags/");

	private static final EtcdWatchContainerStatus RUNNING = new EtcdWatchContainerStatus("flags", RANGE, true, false,
			new WatchStatus(RANGE, EtcdWatchState.LIVE, 42, Duration.ofSeconds(1), 2, 3, 4, Map.of("compacted", 5L), 6,
					7, 8, 0, "UNAVAILABLE", null),
			9, 10, 11, Duration.ofSeconds(12), List.of("etcd-watch-flags-1"), null);

	private static final EtcdWatchContainerStatus STOPPED = new EtcdWatchContainerStatus("other", KeyRange.key("a"),
			false, true, null, 9, 10, 11, null, List.of(), "stopped by its error handler");

	private final EtcdWatchRegistry watches = mock(EtcdWatchRegistry.class);

	private final EtcdWatchesEndpoint endpoint = new EtcdWatchesEndpoint(this.watches);

	@Test
	void listsAllWatches() {
		given(this.watches.statuses()).willReturn(List.of(RUNNING, STOPPED));
		assertThat(this.endpoint.watches().watches()).extracting(WatchDescriptor::id).containsExactly("flags", "other");
	}

	@Test
	void answersAsAllEndpointsDoHoweverTheApplicationWritesJson() {
		given(this.watches.statuses()).willReturn(List.of(RUNNING));
		assertThat(this.endpoint.watches()).isInstanceOf(OperationResponseBody.class);
		assertThat(this.endpoint.watch("flags")).isInstanceOf(OperationResponseBody.class);
	}

	@Test
	void showsWhatAWatchIsDoing() {
		given(this.watches.statuses()).willReturn(List.of(STOPPED, RUNNING));
		assertThat(this.endpoint.watch("flags")).isEqualTo(new WatchDescriptor("flags", RANGE.toString(),
				EtcdWatchState.LIVE, true, false, 42L, Duration.ofSeconds(1), 2, 6L, 7L, 9, 10, 11, 8L, 4L, 3,
				Map.of("compacted", 5L), "UNAVAILABLE", null, List.of("etcd-watch-flags-1"), Duration.ofSeconds(12)));
	}

	@Test
	void showsAStoppedWatchWithoutWhatIsNotKnown() {
		given(this.watches.statuses()).willReturn(List.of(RUNNING, STOPPED));
		assertThat(this.endpoint.watch("other")).isEqualTo(new WatchDescriptor("other", KeyRange.key("a").toString(),
				EtcdWatchState.IDLE, false, true, null, null, null, null, null, 9, 10, 11, null, null, null, null, null,
				"stopped by its error handler", List.of(), null));
	}

	@Test
	void showsNothingOfAWatchThatIsNotThere() {
		given(this.watches.statuses()).willReturn(List.of(RUNNING));
		assertThat(this.endpoint.watch("other")).isNull();
	}

	@Test
	void pausesAndShowsTheWatch() {
		given(this.watches.status("other")).willReturn(STOPPED);
		assertThat(this.endpoint.pauseOrResume("other", true).paused()).isTrue();
		then(this.watches).should().pause("other");
		then(this.watches).should(never()).resume("other");
	}

	@Test
	void resumesAndShowsTheWatch() {
		given(this.watches.status("flags")).willReturn(RUNNING);
		assertThat(this.endpoint.pauseOrResume("flags", false).paused()).isFalse();
		then(this.watches).should().resume("flags");
		then(this.watches).should(never()).pause("flags");
	}

	@Test
	void refusesToPauseAWatchThatIsNotThere() {
		willThrow(new IllegalArgumentException("No watch 'x'; there are [flags]")).given(this.watches).pause("x");
		assertThatExceptionOfType(InvalidEndpointRequestException.class)
			.isThrownBy(() -> this.endpoint.pauseOrResume("x", true))
			.withMessage("No watch 'x'; there are [flags]");
	}

}
