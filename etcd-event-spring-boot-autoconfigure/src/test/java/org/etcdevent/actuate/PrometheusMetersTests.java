package org.etcdevent.actuate;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.etcdevent.EtcdWatchState;
import org.etcdevent.KeyRange;
import org.etcdevent.WatchStatus;
import org.etcdevent.listener.DeliveryOutcome;
import org.etcdevent.listener.EtcdWatchContainerStatus;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WatchMeters}: each meter as Prometheus sees it, names and values, for
 * these are what dashboards and alerts are made of.
 */
class PrometheusMetersTests {

	private static final KeyRange RANGE = KeyRange.prefix("flags/");

	private static final Pattern SAMPLE = Pattern.compile("(?m)^(\\w+)\\{(.*)} (\\S+)$");

	private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

	private final WatchMeters meters = new WatchMeters("flags", RANGE, PrometheusMetersTests::status);

	@Test
	void showsEachMeterByItsNameAndValue() {
		this.meters.bindTo(this.registry);
		this.meters.delivered(DeliveryOutcome.DELIVERED, TimeUnit.SECONDS.toNanos(2));
		this.meters.delivered(DeliveryOutcome.FAILED, TimeUnit.SECONDS.toNanos(3));
		this.meters.delivered(DeliveryOutcome.SKIPPED, TimeUnit.SECONDS.toNanos(4));
		Map<String, Double> expected = new TreeMap<>();
		expected.put("etcd_watch_backlog", 3.0);
		expected.put("etcd_watch_staleness_seconds", 1.5);
		expected.put("etcd_watch_revision", 42.0);
		expected.put("etcd_watch_undecodable", 0.0);
		expected.put("etcd_watch_down", 0.0);
		expected.put("etcd_watch_reconnect_attempts", 2.0);
		expected.put("etcd_watch_reconnects_total", 8.0);
		expected.put("etcd_watch_resyncs_total reason=audit", 0.0);
		expected.put("etcd_watch_resyncs_total reason=behind", 0.0);
		expected.put("etcd_watch_resyncs_total reason=compacted", 9.0);
		expected.put("etcd_watch_resyncs_total reason=epoch", 0.0);
		expected.put("etcd_watch_resyncs_total reason=silent", 0.0);
		expected.put("etcd_watch_events_total", 100.0);
		expected.put("etcd_watch_coalesced_total", 10.0);
		expected.put("etcd_watch_errors_total kind=decoding", 5.0);
		expected.put("etcd_watch_errors_total kind=handler", 3.0);
		seconds(expected, "success", 2);
		seconds(expected, "failure", 3);
		seconds(expected, "skipped", 4);
		assertThat(scraped()).isEqualTo(expected);
	}

	@Test
	void showsNothingOfAWatchThatIsGone() {
		this.meters.bindTo(this.registry);
		assertThat(scraped()).isNotEmpty();
		this.meters.remove();
		assertThat(this.registry.scrape()).doesNotContain("etcd_watch");
	}

	private static void seconds(Map<String, Double> expected, String outcome, double seconds) {
		expected.put("etcd_watch_deliveries_seconds_count outcome=" + outcome, 1.0);
		expected.put("etcd_watch_deliveries_seconds_sum outcome=" + outcome, seconds);
		expected.put("etcd_watch_deliveries_seconds_max outcome=" + outcome, seconds);
	}

	/** Samples by name and by what tags they have beside those of the watch. */
	private Map<String, Double> scraped() {
		Map<String, Double> samples = new TreeMap<>();
		Matcher sample = SAMPLE.matcher(this.registry.scrape());
		while (sample.find()) {
			String tags = sample.group(2).replace("\"", "");
			assertThat(tags).contains("watch=flags").contains("range=flags/");
			String more = tags.replaceAll(",?(watch=flags|range=flags/),?", "");
			samples.put((sample.group(1) + " " + more).trim(), Double.valueOf(sample.group(3)));
		}
		return samples;
	}

	private static EtcdWatchContainerStatus status() {
		WatchStatus watch = new WatchStatus(RANGE, EtcdWatchState.LIVE, 42, Duration.ofMillis(1500), 3, 2, 8,
				Map.of("compacted", 9L), 100, 10, 5, 0, null, null);
		return new EtcdWatchContainerStatus("flags", RANGE, true, false, watch, 7, 2, 1, null, List.of(), null);
	}

}
