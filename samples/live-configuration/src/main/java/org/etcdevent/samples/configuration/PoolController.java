package org.etcdevent.samples.configuration;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

import org.springframework.core.task.TaskRejectedException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * Shows the pool, gives it work, and writes its settings.
 */
@RestController
@RequestMapping("/pool")
class PoolController {

	private static final ByteSequence KEY = ByteSequence.from(WorkerPool.KEY, StandardCharsets.UTF_8);

	private final WorkerPool pool;

	private final Client client;

	PoolController(WorkerPool pool, Client client) {
		this.pool = pool;
		this.client = client;
	}

	@GetMapping
	Pool pool() {
		return new Pool(this.pool.settings(), this.pool.workers(), this.pool.done());
	}

	/**
	 * Writes settings as they come, so that it can be seen what becomes of bad ones.
	 */
	@PutMapping
	@ResponseStatus(HttpStatus.ACCEPTED)
	void configure(@RequestBody byte[] settings) throws Exception {
		this.client.getKVClient().put(KEY, ByteSequence.from(settings)).get(5, TimeUnit.SECONDS);
	}

	@PostMapping("/jobs")
	@ResponseStatus(HttpStatus.ACCEPTED)
	void submit(@RequestParam @Min(1) @Max(WorkerPool.QUEUE) int count) {
		this.pool.submit(count);
	}

	@ExceptionHandler
	ProblemDetail tooMany(TaskRejectedException ex) {
		return ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE, "The queue is full");
	}

	/**
	 * The pool.
	 *
	 * @param settings the settings that hold
	 * @param workers how many threads there may be
	 * @param done how many jobs are done
	 */
	record Pool(PoolSettings settings, int workers, long done) {
	}

}
