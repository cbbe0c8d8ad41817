package org.etcdevent.autoconfigure;

import java.util.ArrayList;
import java.util.List;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;

import static org.assertj.core.api.Assertions.assertThatException;

/**
 * An application that does not start, and what it prints.
 */
final class FailedStart {

	private FailedStart() {
	}

	/**
	 * Starts an application, which has to fail.
	 * @param output what the test prints
	 * @param application the configuration
	 * @param properties as {@code name=value}
	 * @return the description and the action that are printed
	 */
	static String analysis(CapturedOutput output, Class<?> application, String... properties) {
		List<String> arguments = new ArrayList<>();
		for (String property : properties) {
			arguments.add("--" + property);
		}
		assertThatException().isThrownBy(() -> new SpringApplicationBuilder(application).web(WebApplicationType.NONE)
			.run(arguments.toArray(String[]::new)));
		String all = output.getAll();
		int begin = all.lastIndexOf("APPLICATION FAILED TO START");
		return (begin != -1) ? all.substring(begin) : "nothing but: " + all;
	}

}
