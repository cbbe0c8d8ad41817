package org.etcdevent.actuate;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.etcdevent.EtcdFreshness;
import org.etcdevent.EtcdValue;
import org.etcdevent.EtcdValues;
import org.etcdevent.EtcdWatchState;
import org.etcdevent.KeyRange;
import org.etcdevent.WatchStatus;
import org.etcdevent.consumer.StatusSource;
import org.etcdevent.listener.EtcdWatchContainerStatus;
import org.etcdevent.listener.EtcdWatchRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.withSettings;

/**
 * Tests for {@link EtcdHealthIndicator}.
 */
class EtcdHealthIndicatorTests {

	private static final KeyRange RANGE = KeyRange.prefix("flags/");

	private static final Duration FRESH = Duration.ofNanos(1_500_700_000);

	private static final Duration OLD = Duration.ofSeconds(301);

	private final EtcdWatchRegistry watches = mock(EtcdWatchRegistry.class);

	private final Map<String, EtcdValue<?>> values = new LinkedHashMap<>();

	private final EtcdHealthIndicator indicator = new EtcdHealthIndicator(this.watches, () -> this.values,
			Duration.ofMinutes(5));

	@Test
	void isUpWhereNothingIsFollowed() {
		Health health = this.indicator.health();
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(health.getDetails()).containsEntry("watches", Map.of()).containsEntry("values", Map.of());
	}

	@Test
	void tellsWhereEachWatchStands() {
		watch(running(false, status(EtcdWatchState.RECONNECTING, 42, FRESH, "UNAVAILABLE: io exception")));
		Health health = this.indicator.health();
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(watchDetails(health)).containsExactly(Map.entry("range", RANGE.toString()),
				Map.entry("state", "RECONNECTING"), Map.entry("revision", 42L), Map.entry("age", "PT1.5S"),
				Map.entry("backlog", 3), Map.entry("lastError", "UNAVAILABLE: io exception"));
	}

	@Test
	void tellsWhereEachValueStands() {
		EtcdValue<?> value = mock(EtcdValue.class, withSettings().extraInterfaces(StatusSource.class));
		given(value.freshness()).willReturn(new EtcdFreshness(42, FRESH, EtcdWatchState.LIVE));
		given(((StatusSource) value).status())
			.willReturn(status(EtcdWatchState.LIVE, 42, FRESH, "the value of 'flags/a' cannot be decoded"));
		this.values.put("flags", value);
		Health health = this.indicator.health();
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(valueDetails(health, "flags")).containsExactly(Map.entry("range", RANGE.toString()),
				Map.entry("state", "LIVE"), Map.entry("revision", 42L), Map.entry("age", "PT1.5S"),
				Map.entry("backlog", 3), Map.entry("lastError", "the value of 'flags/a' cannot be decoded"));
	}

	@Test
	void valuesOfOtherMakesTellWhatTheyCan() {
		this.values.put("fixed", EtcdValues.fixed(RANGE, Map.of()));
		Health health = this.indicator.health();
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(valueDetails(health, "fixed")).containsOnlyKeys("range", "state", "revision", "age");
	}

	@ParameterizedTest
	@EnumSource(EtcdWatchState.class)
	void aWatchWithoutAFirstStateIsDown(EtcdWatchState state) {
		watch(running(false, status(state, 0, FRESH, null)));
		assertDown("its initial state is not known yet");
	}

	@Test
	void aWatchThatIsTooOldIsDown() {
		watch(running(false, status(EtcdWatchState.RECONNECTING, 42, OLD, null)));
		assertDown("etcd did not confirm it for longer than PT5M (etcd.event.health.stale-after)");
	}

	@Test
	void aWatchThatStoppedByItselfIsDown() {
		watch(new EtcdWatchContainerStatus("flags", RANGE, false, false, null, 0, 1, 0, null, List.of(),
				"stopped by its error handler after java.io.IOException"));
		assertDown("stopped by its error handler after java.io.IOException");
	}

	@Test
	void aWatchThatWasStoppedOnPurposeIsNotDown() {
		watch(new EtcdWatchContainerStatus("flags", RANGE, false, false, null, 0, 0, 0, null, List.of(), null));
		Health health = this.indicator.health();
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(watchDetails(health)).containsEntry("state", "IDLE").containsEntry("stopped", true);
	}

	@Test
	void aPausedWatchIsNotDown() {
		watch(running(true, status(EtcdWatchState.STALE, 42, OLD, null)));
		Health health = this.indicator.health();
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(watchDetails(health)).containsEntry("state", "STALE").containsEntry("paused", true);
	}

	@Test
	void aWatchThatStoppedByItselfIsDownPausedOrNot() {
		watch(new EtcdWatchContainerStatus("flags", RANGE, false, true, null, 0, 1, 0, null, List.of(),
				"its threads could not be started"));
		assertDown("its threads could not be started");
	}

	@Test
	void oneThatIsDownIsEnough() {
		watch(running(false, status(EtcdWatchState.LIVE, 42, FRESH, null)));
		this.values.put("old", value(EtcdWatchState.STALE, 42, OLD));
		this.values.put("fresh", value(EtcdWatchState.LIVE, 42, FRESH));
		Health health = this.indicator.health();
		assertThat(health.getStatus()).isEqualTo(Status.DOWN);
		assertThat(valueDetails(health, "old")).containsKey("problem");
		assertThat(valueDetails(health, "fresh")).doesNotContainKey("problem");
		assertThat(watchDetails(health)).doesNotContainKey("problem");
	}

	@Test
	void aClosedValueIsNotDown() {
		this.values.put("closed", value(EtcdWatchState.IDLE, 0, OLD));
		assertThat(this.indicator.health().getStatus()).isEqualTo(Status.UP);
	}

	private void assertDown(String problem) {
		Health health = this.indicator.health();
		assertThat(health.getStatus()).isEqualTo(Status.DOWN);
		assertThat(watchDetails(health)).containsEntry("problem", problem);
	}

	private void watch(EtcdWatchContainerStatus status) {
		given(this.watches.statuses()).willReturn(List.of(status));
	}

	private static EtcdWatchContainerStatus running(boolean paused, WatchStatus status) {
		return new EtcdWatchContainerStatus("flags", RANGE, true, paused, status, 0, 0, 0, null, List.of(), null);
	}

	private static WatchStatus status(EtcdWatchState state, long revision, Duration age, @Nullable String error) {
		return new WatchStatus(RANGE, state, revision, age, 3, 0, 0, Map.of(), 0, 0, 0, 0, error, null);
	}

	private static EtcdValue<?> value(EtcdWatchState state, long revision, Duration age) {
		EtcdValue<?> value = mock(EtcdValue.class);
		given(value.range()).willReturn(RANGE);
		given(value.freshness()).willReturn(new EtcdFreshness(revision, age, state));
		return value;
	}

	private static Map<String, Object> watchDetails(Health health) {
		return details(health, "watches", "flags");
	}

	private static Map<String, Object> valueDetails(Health health, String name) {
		return details(health, "values", name);
	}

	@SuppressWarnings("unchecked")
	private static Map<String, Object> details(Health health, String kind, String name) {
		return ((Map<String, Map<String, Object>>) health.getDetails().get(kind)).get(name);
	}

}
