package org.etcdevent.samples.flags.demo;

import org.springframework.context.annotation.Profile;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * The controls of the page with which things are broken.
 */
@RestController
@Profile("demo")
@RequestMapping("/demo")
@ResponseStatus(HttpStatus.NO_CONTENT)
class DemoController {

	private final Demo demo;

	DemoController(Demo demo) {
		this.demo = demo;
	}

	@PutMapping("/settings")
	void settings(@RequestBody DemoSettings settings) {
		this.demo.settings(settings);
	}

	@PostMapping("/{action}")
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
			default -> throw new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no such action");
		}
	}

}
