package org.etcdevent.samples.flags.demo;

import org.springframework.context.annotation.Profile;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * The controls of the demo.
 */
@RestController
@Profile("demo")
@RequestMapping("/demo")
class DemoController {

	private final Demo demo;

	DemoController(Demo demo) {
		this.demo = demo;
	}

	@PutMapping("/settings/{name}")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void set(@PathVariable String name, @RequestParam int value) {
		this.demo.set(name, value);
	}

	@PostMapping("/{action}")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void act(@PathVariable String action) {
		switch (action) {
			case "cut" -> this.demo.cut();
			case "silence" -> this.demo.silence();
			case "refuse" -> this.demo.refuse();
			case "open" -> this.demo.open();
			case "stop-etcd" -> this.demo.stopEtcd();
			case "start-etcd" -> this.demo.startEtcd();
			case "compact" -> this.demo.compact();
			case "restart-raw" -> this.demo.restartRaw();
			default -> throw new IllegalArgumentException("Unknown action '" + action + "'");
		}
	}

	@ExceptionHandler
	ProblemDetail refused(IllegalArgumentException ex) {
		return ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, ex.getMessage());
	}

	@ExceptionHandler
	ProblemDetail unanswered(IllegalStateException ex) {
		return ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE, ex.getMessage());
	}

}
