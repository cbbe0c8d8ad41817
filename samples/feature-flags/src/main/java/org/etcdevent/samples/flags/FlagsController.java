package org.etcdevent.samples.flags;

import java.util.Map;
import java.util.regex.Pattern;

import org.etcdevent.EtcdSyncTimeoutException;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * The flags over HTTP.
 */
@RestController
@RequestMapping("/flags")
class FlagsController {

	private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

	private static final int LONGEST = 200;

	private final FlagStore store;

	FlagsController(FlagStore store) {
		this.store = store;
	}

	@GetMapping
	Map<String, Flag> all() {
		return this.store.all();
	}

	@PutMapping("/{name}")
	Flag put(@PathVariable String name, @RequestBody Flag flag) {
		this.store.put(valid(name), valid(flag));
		return flag;
	}

	@DeleteMapping("/{name}")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void delete(@PathVariable String name) {
		if (!this.store.delete(valid(name))) {
			throw new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no flag '" + name + "'");
		}
	}

	@ExceptionHandler
	ProblemDetail nothingKnown(EtcdSyncTimeoutException ex) {
		return ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE, "No flags were received from etcd yet");
	}

	private static Flag valid(Flag flag) {
		if (isLong(flag.description()) || isLong(flag.changedBy())) {
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST,
					"The description and the name of the author must not exceed " + LONGEST + " characters");
		}
		return flag;
	}

	private static boolean isLong(@Nullable String text) {
		return text != null && text.length() > LONGEST;
	}

	private static String valid(String name) {
		if (!NAME.matcher(name).matches()) {
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST,
					"The name of a flag must have 1 to 64 letters, digits, dots, underscores or hyphens");
		}
		return name;
	}

}
