package org.etcdevent.autoconfigure;

import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.etcdevent.EtcdDecoder;
import org.etcdevent.EtcdDecodingException;
import org.etcdevent.EtcdValue;
import org.etcdevent.KeyRange;
import org.etcdevent.consumer.FeedValues;
import org.etcdevent.consumer.StatusSource;
import org.etcdevent.feed.FeedSettings;
import org.etcdevent.feed.Feeds;
import org.etcdevent.simulation.ModelEtcd;
import org.etcdevent.simulation.VirtualLoop;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.core.ParameterizedTypeReference;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random bytes for each decoder that comes with the library: each of them is a value, or
 * cannot be decoded. There is no third outcome, and none that tells the bytes.
 */
class BadValueTests {

	private static final int COUNT = 10_000;

	/** Fewer, for each that cannot be decoded is a line in the log. */
	private static final int READ = 1_000;

	private static final long SEED = 20_261_101;

	/** So long is no value by chance part of a message. */
	private static final int TELLING = 12;

	private final ApplicationDecoderResolver decoders = new ApplicationDecoderResolver(new DefaultListableBeanFactory(),
			new JsonDecoders(JsonMapper.builder().build())::decoder);

	@ParameterizedTest
	@MethodSource("types")
	void aDecoderAnswersOrThrowsWhatTellsNoValue(Type type) {
		EtcdDecoder<?> decoder = this.decoders.resolve(type);
		RandomValues values = new RandomValues(SEED);
		for (int i = 0; i < COUNT; i++) {
			byte[] value = values.next();
			Throwable thrown = decode(decoder, value);
			if (thrown != null) {
				assertThat(thrown).as("seed %d, value %d", SEED, i).isInstanceOf(Exception.class).hasNoCause();
				assertThat(thrown.getClass().getName()).as("seed %d, value %d", SEED, i).startsWith("java.");
				if (value.length >= TELLING) {
					assertThat(thrown.toString()).as("seed %d, value %d", SEED, i)
						.doesNotContain(new String(value, StandardCharsets.UTF_8));
				}
			}
		}
	}

	private static @Nullable Throwable decode(EtcdDecoder<?> decoder, byte[] value) {
		try {
			assertThat(decoder.decode(new byte[] { 'k' }, value)).isNotNull();
			return null;
		}
		catch (Throwable ex) {
			return ex;
		}
	}

	@ParameterizedTest
	@MethodSource("types")
	void aReaderGetsTheValueOrIsToldTheKeyAndEachIsReportedOnce(Type type) {
		VirtualLoop loop = new VirtualLoop();
		ModelEtcd etcd = new ModelEtcd(loop, new Random(SEED));
		Map<String, byte[]> entries = new HashMap<>();
		RandomValues values = new RandomValues(SEED);
		for (int i = 0; i < READ; i++) {
			entries.put("bad/" + i, values.next());
		}
		etcd.commit(entries);
		Feeds feeds = new Feeds(etcd, loop, new Random(SEED), FeedSettings.defaults());
		EtcdValue<?> value = new FeedValues(feeds, this.decoders, Duration.ZERO).value(KeyRange.prefix("bad/"),
				this.decoders.resolve(type));
		loop.runFor(Duration.ofSeconds(1));
		int undecodable = 0;
		for (int read = 0; read < 2; read++) {
			undecodable = 0;
			for (String key : entries.keySet()) {
				undecodable += canRead(value, key) ? 0 : 1;
			}
		}
		assertThat(((StatusSource) value).status().decodingErrors()).isEqualTo(undecodable);
		assertThat(value.snapshot().undecodable()).hasSize(undecodable);
		assertThat(value.snapshot().entries()).hasSize(READ - undecodable);
		long written = etcd.put("bad/later", "5");
		loop.runFor(Duration.ofSeconds(1));
		assertThat(value.freshness().revision()).as("it is followed on").isEqualTo(written);
	}

	private static boolean canRead(EtcdValue<?> value, String key) {
		try {
			assertThat(value.get(key)).isPresent();
			return true;
		}
		catch (EtcdDecodingException ex) {
			assertThat(ex)
				.hasMessage("The value of '" + key + "' cannot be decoded, and no earlier valid value is available: "
						+ "the log names its revision")
				.hasNoCause();
			return false;
		}
	}

	static Stream<Type> types() {
		return Stream.of(byte[].class, String.class, Integer.class, Duration.class, Pattern.class, Color.class,
				Flag.class, JsonNode.class, Object.class, new ParameterizedTypeReference<Map<String, List<Flag>>>() {
				}.getType());
	}

	enum Color {

		RED

	}

	record Flag(boolean enabled) {

	}

}
