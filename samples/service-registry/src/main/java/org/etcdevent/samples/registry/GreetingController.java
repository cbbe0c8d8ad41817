package org.etcdevent.samples.registry;

import java.net.URI;
import java.util.List;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;
import org.springframework.web.server.ResponseStatusException;

/**
 * Greets, and lets others greet.
 */
@RestController
class GreetingController {

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

	@GetMapping("/call")
	String call() {
		URI next = this.instances.next()
			.orElseThrow(() -> new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE, "There is no instance"));
		return String.valueOf(this.http.get().uri(next.resolve("/hello")).retrieve().body(String.class));
	}

	@GetMapping("/instances")
	List<URI> instances() {
		return this.instances.all();
	}

}
