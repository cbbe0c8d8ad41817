package org.etcdevent.benchmarks.contender;

import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

import org.etcdevent.EtcdDecoder;
import org.etcdevent.EtcdUpdate;
import org.etcdevent.EtcdWatch;
import org.etcdevent.EtcdWatchState;
import org.etcdevent.KeyRange;
import org.etcdevent.listener.EtcdWatchRegistration;
import org.etcdevent.listener.EtcdWatchRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/**
 * A Spring application with annotated methods; or with registrations, where there is more
 * than one range.
 */
final class EtcdEventContender implements Contender {

	private static final EtcdDecoder<byte[]> BYTES = (key, value) -> value;

	private @Nullable ConfigurableApplicationContext context;

	@Override
	public void connect(List<URI> endpoints, List<Consumer> consumers) {
		String prefix = consumers.get(0).prefix();
		boolean annotated = consumers.stream().allMatch((consumer) -> consumer.prefix().equals(prefix));
		ConfigurableApplicationContext started = new SpringApplicationBuilder(Application.class)
			.web(WebApplicationType.NONE)
			.properties("spring.main.banner-mode=off", "prefix=" + prefix,
					"etcd.event.endpoints=" + endpoints.stream().map(URI::toString).collect(Collectors.joining(",")))
			.initializers((context) -> {
				if (annotated) {
					addMethods((GenericApplicationContext) context, consumers);
				}
			})
			.run();
		this.context = started;
		if (!annotated) {
			register(registry(started), consumers);
		}
	}

	@Override
	public void follow() {
		EtcdWatchRegistry registry = registry(Objects.requireNonNull(this.context));
		registry.ids().forEach(registry::start);
	}

	@Override
	public boolean isKnown() {
		return registry(Objects.requireNonNull(this.context)).statuses()
			.stream()
			.allMatch((status) -> status.state() == EtcdWatchState.LIVE);
	}

	private static EtcdWatchRegistry registry(ConfigurableApplicationContext context) {
		return context.getBean(EtcdWatchRegistry.class);
	}

	private static void addMethods(GenericApplicationContext context, List<Consumer> consumers) {
		for (int i = 0; i < consumers.size(); i++) {
			Sink sink = consumers.get(i).sink();
			context.registerBean("consumer" + i, Methods.class, () -> new Methods(sink));
		}
	}

	private static void register(EtcdWatchRegistry registry, List<Consumer> consumers) {
		for (int i = 0; i < consumers.size(); i++) {
			Consumer consumer = consumers.get(i);
			registry.register(EtcdWatchRegistration.of("consumer" + i, KeyRange.prefix(consumer.prefix()), BYTES)
				.autoStartup(false)
				.onUpdate((update) -> consumer.sink().accept(update.key(), update.value(), update.revision())));
		}
	}

	@Override
	public void close() {
		if (this.context != null) {
			this.context.close();
		}
	}

	/** Nothing but what is auto-configured. */
	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

	/** What a user would write. */
	static final class Methods {

		private final Sink sink;

		Methods(Sink sink) {
			this.sink = sink;
		}

		@EtcdWatch(value = "${prefix}*", autoStartup = "false")
		void onUpdate(EtcdUpdate<byte[]> update) {
			this.sink.accept(update.key(), update.value(), update.revision());
		}

	}

}
