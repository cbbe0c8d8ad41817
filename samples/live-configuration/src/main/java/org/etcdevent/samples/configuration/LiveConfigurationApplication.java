package org.etcdevent.samples.configuration;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * Works with as many threads as the key {@code config/pool} says.
 */
@SpringBootApplication
public class LiveConfigurationApplication {

	/**
	 * Starts the application.
	 * @param args the command line
	 */
	public static void main(String[] args) {
		SpringApplication.run(LiveConfigurationApplication.class, args);
	}

}
