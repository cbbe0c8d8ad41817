package org.etcdevent.samples.registry;

import java.util.List;
import java.util.Optional;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.etcdevent.EtcdWatch;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;
import org.springframework.web.server.ResponseStatusException;

/**
 * Greets, and lets others greet.
 */
@RestController
class GreetingController {

	static final String KEY = "greeting";

	private static final String DEFAULT = "Hello";

	private static final Log logger = LogFactory.getLog(GreetingController.class);

	private final Instances instances;

	private final RestClient http;

	private volatile String greeting = DEFAULT;

	GreetingController(Instances instances, RestClient.Builder http) {
		this.instances = instances;
		this.http = http.build();
	}

	@EtcdWatch(KEY)
	void onGreeting(Optional<String> greeting) {
		this.greeting = greeting.orElse(DEFAULT);
	}

	@GetMapping("/hello")
	String hello() {
		return this.greeting + " from process " + ProcessHandle.current().pid();
	}

	/**
	 * An instance that is dead or hangs is in the list until its lease expires: then it
	 * is the next one's turn.
	 */
	@GetMapping("/call")
	String call() {
		for (int left = this.instances.all().size(); left > 0; left--) {
			Instance next = this.instances.next().orElseThrow(GreetingController::nobody);
			try {
				return String.valueOf(this.http.get().uri(next.uri("/hello")).retrieve().body(String.class));
			}
			catch (RestClientException ex) {
				logger.info(next + " does not answer");
			}
		}
		throw nobody();
	}

	private static ResponseStatusException nobody() {
		return new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE, "There is no instance that answers");
	}

	@GetMapping("/instances")
	List<String> instances() {
		return this.instances.all().stream().map(Instance::toString).toList();
	}

}
