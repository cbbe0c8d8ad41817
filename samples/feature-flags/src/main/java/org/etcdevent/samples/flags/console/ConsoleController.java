package org.etcdevent.samples.flags.console;

import org.etcdevent.listener.EtcdWatchRegistry;
import org.etcdevent.samples.flags.EventLog;
import org.etcdevent.samples.flags.FlagBoard;
import org.etcdevent.samples.flags.demo.Demo;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Streams the state of the application to the page.
 */
@RestController
@RequestMapping("/console")
class ConsoleController {

	private final ConsoleWindows windows;

	private final EtcdWatchRegistry watches;

	private final FlagBoard flags;

	private final EventLog events;

	private final ObjectProvider<Demo> demo;

	ConsoleController(ConsoleWindows windows, EtcdWatchRegistry watches, FlagBoard flags, EventLog events,
			ObjectProvider<Demo> demo) {
		this.windows = windows;
		this.watches = watches;
		this.flags = flags;
		this.events = events;
		this.demo = demo;
	}

	@GetMapping
	ConsoleState state() {
		Demo breakable = this.demo.getIfAvailable();
		return new ConsoleState(this.flags.entries(),
				this.watches.statuses().stream().map(ConsoleState.Watch::of).toList(), this.events.events(),
				(breakable != null) ? breakable.state() : null);
	}

	@GetMapping(path = "/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
	SseEmitter events() {
		return this.windows.open(this::state);
	}

	@PostMapping("/pause")
	void pause(@RequestParam String id, @RequestParam boolean paused) {
		if (paused) {
			this.watches.pause(id);
		}
		else {
			this.watches.resume(id);
		}
		this.events.add(id + (paused ? " paused; changes are still collected" : " resumed"));
	}

}
