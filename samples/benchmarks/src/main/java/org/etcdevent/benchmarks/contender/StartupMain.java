package org.etcdevent.benchmarks.contender;

import org.etcdevent.EtcdDecoder;
import org.etcdevent.KeyRange;
import org.etcdevent.listener.EtcdWatchRegistration;
import org.etcdevent.listener.EtcdWatchRegistry;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * An application that starts, says how long that took, and ends.
 */
public final class StartupMain {

	private static final EtcdDecoder<byte[]> BYTES = (key, value) -> value;

	private StartupMain() {
	}

	/**
	 * Starts the application.
	 * @param args the endpoint, and how many watches there are
	 */
	public static void main(String[] args) {
		long begun = System.nanoTime();
		new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.properties("spring.main.banner-mode=off", "etcd.event.endpoints=" + args[0], "watches=" + args[1])
			.run();
		System.out.println(System.nanoTime() - begun);
		System.exit(0);
	}

	/** As many watches as are asked for, each of a range of its own. */
	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		SmartInitializingSingleton watches(EtcdWatchRegistry registry, Environment environment) {
			int count = environment.getRequiredProperty("watches", Integer.class);
			return () -> {
				for (int i = 0; i < count; i++) {
					registry.register(EtcdWatchRegistration.of("watch" + i, KeyRange.prefix("bench/" + i + "/"), BYTES)
						.onUpdate((update) -> {
						}));
				}
			};
		}

	}

}
