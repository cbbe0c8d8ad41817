package org.etcdevent.autoconfigure;

import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.etcdevent.EtcdDecoder;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.ResolvableType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link ApplicationDecoderResolver} and {@link JsonDecoders}.
 */
class ApplicationDecoderResolverTests {

	private final DefaultListableBeanFactory beanFactory = new DefaultListableBeanFactory();

	private final ApplicationDecoderResolver plain = new ApplicationDecoderResolver(this.beanFactory, null);

	private final ApplicationDecoderResolver withJson = new ApplicationDecoderResolver(this.beanFactory,
			new JsonDecoders(JsonMapper.builder().build())::decoder);

	@Test
	void bytesAndTextAreTakenAsTheyAre() throws Exception {
		assertThat(decode(this.withJson, byte[].class, "a")).isEqualTo(new byte[] { 'a' });
		assertThat(decode(this.withJson, String.class, "\"a\"")).isEqualTo("\"a\"");
	}

	@Test
	void textIsConverted() throws Exception {
		assertThat(decode(this.withJson, Integer.class, "42")).isEqualTo(42);
		assertThat(decode(this.withJson, int.class, "42")).isEqualTo(42);
		assertThat(decode(this.withJson, Duration.class, "5s")).isEqualTo(Duration.ofSeconds(5));
		assertThat(decode(this.withJson, Color.class, "red")).isEqualTo(Color.RED);
	}

	@Test
	void jsonIsRead() throws Exception {
		assertThat(decode(this.withJson, Flag.class, "{\"enabled\":true}")).isEqualTo(new Flag(true));
		Type type = new ParameterizedTypeReference<Map<String, List<Flag>>>() {
		}.getType();
		assertThat(decode(this.withJson, type, "{\"a\":[{\"enabled\":true}]}"))
			.isEqualTo(Map.of("a", List.of(new Flag(true))));
	}

	@Test
	void jsonIsNotTakenForTheOnlyTextOfARecord() throws Exception {
		assertThat(decode(this.withJson, Named.class, "{\"name\":\"a\"}")).isEqualTo(new Named("a"));
		assertThat(decode(this.plain, Named.class, "a")).isEqualTo(new Named("a"));
	}

	@Test
	void aBeanOfTheTypeWins() throws Exception {
		register("flags", Flag.class, (key, value) -> new Flag(false));
		register("texts", String.class, (key, value) -> "bean");
		assertThat(decode(this.withJson, Flag.class, "{\"enabled\":true}")).isEqualTo(new Flag(false));
		assertThat(decode(this.withJson, String.class, "text")).isEqualTo("bean");
		assertThat(decode(this.withJson, Named.class, "{\"name\":\"a\"}")).isEqualTo(new Named("a"));
	}

	@Test
	void severalBeansOfTheTypeAreRefused() {
		register("one", Flag.class, (key, value) -> new Flag(false));
		register("two", Flag.class, (key, value) -> new Flag(true));
		assertThatIllegalArgumentException().isThrownBy(() -> this.withJson.resolve(Flag.class))
			.withMessageContaining("[one, two]")
			.withMessageContaining("@Primary");
	}

	@Test
	void aTypeThatNothingDecodesIsRefusedWithTheRemedies() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.plain.resolve(Flag.class))
			.withMessageContaining(Flag.class.getName())
			.withMessageContaining("EtcdDecoder")
			.withMessageContaining("spring-boot-starter-jackson")
			.withMessageContaining("byte[]");
	}

	@Test
	void aTypeThatIsNotKnownIsRefused() {
		Type variable = List.class.getTypeParameters()[0];
		assertThatIllegalArgumentException().isThrownBy(() -> this.withJson.resolve(variable))
			.withMessageContaining("not known");
	}

	@Test
	void failuresNeverTellTheValue() {
		for (Type type : List.<Type>of(Integer.class, Flag.class, Color.class)) {
			assertThatIllegalArgumentException()
				.isThrownBy(() -> decode(this.withJson, type, "{\"enabled\":\"secret\"}"))
				.withMessageNotContaining("secret")
				.withNoCause();
		}
	}

	@Test
	void nothingIsNotAValue() {
		assertThatIllegalArgumentException().isThrownBy(() -> decode(this.withJson, Integer.class, ""));
		assertThatIllegalArgumentException().isThrownBy(() -> decode(this.withJson, Flag.class, "null"));
		assertThatIllegalArgumentException().isThrownBy(() -> decode(this.withJson, Flag.class, ""));
	}

	private <T> void register(String name, Class<T> type, EtcdDecoder<T> decoder) {
		RootBeanDefinition definition = new RootBeanDefinition();
		definition.setTargetType(ResolvableType.forClassWithGenerics(EtcdDecoder.class, type));
		definition.setInstanceSupplier(() -> decoder);
		this.beanFactory.registerBeanDefinition(name, definition);
	}

	private static Object decode(ApplicationDecoderResolver resolver, Type type, String text) throws Exception {
		return resolver.resolve(type)
			.decode("key".getBytes(StandardCharsets.UTF_8), text.getBytes(StandardCharsets.UTF_8));
	}

	enum Color {

		RED

	}

	record Flag(boolean enabled) {

	}

	public record Named(String name) {

	}

}
