package org.etcdevent.samples.registry;

import java.nio.charset.StandardCharsets;

import org.etcdevent.EtcdDecoder;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/**
 * One instance of a service that greets, and calls the others in turn. One of them leads.
 */
@SpringBootApplication
public class ServiceRegistryApplication {

	/**
	 * Starts the application.
	 * @param args the command line
	 */
	public static void main(String[] args) {
		SpringApplication.run(ServiceRegistryApplication.class, args);
	}

	@Bean
	EtcdDecoder<Instance> instanceDecoder() {
		return (key, value) -> Instance.valueOf(new String(value, StandardCharsets.UTF_8));
	}

}
