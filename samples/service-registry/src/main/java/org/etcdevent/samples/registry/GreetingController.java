package org.etcdevent.samples.registry;

import java.net.URI;
import java.util.List;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;
import org.springframework.web.server.ResponseStatusException;

/**
 * Greets, and lets others greet.
 */
@RestController
class GreetingController {

	private static final Log logger = LogFactory.getLog(GreetingController.class);

	private final Instances instances;

	private final RestClient http;

	GreetingController(Instances instances, RestClient.Builder http) {
		this.instances = instances;
		this.http = http.build();
	}

	@GetMapping("/hello")
	String hello() {
		return "Hello from process " + ProcessHandle.current().pid();
	}

	/**
	 * Who is dead is in the list until its lease expires: then it is the next one's turn.
	 */
	@GetMapping("/call")
	String call() {
		for (int left = this.instances.all().size(); left > 0; left--) {
			URI next = this.instances.next().orElseThrow(GreetingController::nobody);
			try {
				return String.valueOf(this.http.get().uri(next.resolve("/hello")).retrieve().body(String.class));
			}
			catch (ResourceAccessException ex) {
				logger.info(next + " does not answer");
			}
		}
		throw nobody();
	}

	private static ResponseStatusException nobody() {
		return new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE, "There is no instance that answers");
	}

	@GetMapping("/instances")
	List<URI> instances() {
		return this.instances.all();
	}

}
