package org.etcdevent.samples.registry;

import java.util.OptionalLong;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.server.ResponseStatusException;

/**
 * Says who leads, and does what only the leader does.
 */
@RestController
class LeaderController {

	private final Leadership leadership;

	LeaderController(Leadership leadership) {
		this.leadership = leadership;
	}

	@GetMapping("/leader")
	Leader leader() {
		OptionalLong token = this.leadership.token();
		return new Leader(this.leadership.leader().map((leader) -> leader.instance().toString()).orElse(null),
				token.isPresent(), token.isPresent() ? token.getAsLong() : null);
	}

	@PutMapping("/greeting")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void greeting(@RequestParam String text) throws Exception {
		if (!this.leadership.put(GreetingController.KEY, text)) {
			throw new ResponseStatusException(HttpStatus.CONFLICT, "This instance does not lead");
		}
	}

	/**
	 * The leader.
	 *
	 * @param instance where it listens, {@code null} if there is none
	 * @param me whether it is this instance, for sure
	 * @param token the fencing token, {@code null} unless it is this instance
	 */
	record Leader(@Nullable String instance, boolean me, @Nullable Long token) {
	}

}
