package org.etcdevent.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/**
 * What etcd says of itself.
 */
final class ServerMeters {

	private static final HttpClient HTTP = HttpClient.newHttpClient();

	private final URI endpoint;

	ServerMeters(URI endpoint) {
		this.endpoint = endpoint;
	}

	/** What is used after a collection, stacks included, in bytes. */
	double memory() {
		// Its memory is asked for only because that collects garbage first.
		get("/debug/pprof/heap?gc=1");
		return sum("go_memstats_heap_alloc_bytes") + sum("go_memstats_stack_inuse_bytes");
	}

	/** What the process has used, in seconds. */
	double cpuSeconds() {
		return sum("process_cpu_seconds_total");
	}

	/** The calls that clients have begun. */
	double calls() {
		return sum("grpc_server_started_total");
	}

	/** The messages that came from clients. */
	double messages() {
		return sum("grpc_server_msg_received_total");
	}

	/** The bytes that went to clients. */
	double sentBytes() {
		return sum("etcd_network_client_grpc_sent_bytes_total");
	}

	/** Open watch calls. */
	double streams() {
		return sum("etcd_debugging_mvcc_watch_stream_total");
	}

	String version() {
		return get("/version").replaceAll(".*\"etcdserver\":\"([^\"]*)\".*", "$1").strip();
	}

	/** The sum of a meter over all its labels. */
	private double sum(String name) {
		return get("/metrics").lines()
			.filter((line) -> line.startsWith(name + " ") || line.startsWith(name + "{"))
			.mapToDouble((line) -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
			.sum();
	}

	private String get(String path) {
		HttpRequest request = HttpRequest.newBuilder(this.endpoint.resolve(path))
			.timeout(Duration.ofSeconds(60))
			.build();
		try {
			return HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

}
