package org.etcdevent.samples.flags;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * Serves the feature flags below {@code flags/} over HTTP.
 */
@SpringBootApplication
public class FeatureFlagsApplication {

	/**
	 * Starts the application.
	 * @param args the command line
	 */
	public static void main(String[] args) {
		SpringApplication.run(FeatureFlagsApplication.class, args);
	}

}
