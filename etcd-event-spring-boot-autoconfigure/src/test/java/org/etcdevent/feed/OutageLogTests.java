package org.etcdevent.feed;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.etcdevent.etcd.Failure;
import org.etcdevent.etcd.Failure.Kind;
import org.etcdevent.simulation.VirtualLoop;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What people read of a connection that is lost, once or again and again.
 */
@ExtendWith(OutputCaptureExtension.class)
class OutageLogTests {

	private static final String RESTORED = "INFO: The connection to etcd is restored";

	private static final Pattern LINE = Pattern.compile(".*?(WARN|INFO).*?((?:no connection: |The connection ).*)");

	private final VirtualLoop loop = new VirtualLoop();

	private final OutageLog log = new OutageLog(this.loop);

	@Test
	void anOutageIsOneWarningAndOneInfo(CapturedOutput output) {
		for (int i = 0; i < 300; i++) {
			lose(Kind.UNAVAILABLE, "refused");
			pass(1);
		}
		assertThat(lines(output)).containsExactly("WARN: no connection: refused");
		this.log.restored();
		this.log.restored();
		pass(600);
		assertThat(lines(output)).containsExactly("WARN: no connection: refused", RESTORED);
		lose(Kind.UNAVAILABLE, "cut");
		assertThat(lines(output)).hasSize(3).last().isEqualTo("WARN: no connection: cut");
	}

	@Test
	void theLastingReasonIsSaidAlthoughAnOutageCameFirst(CapturedOutput output) {
		lose(Kind.UNAVAILABLE, "refused");
		pass(4);
		lose(Kind.TIMEOUT, "no answer");
		lose(Kind.UNAUTHENTICATED, "wrong password");
		pass(100);
		lose(Kind.UNAUTHENTICATED, "wrong password");
		assertThat(lines(output)).containsExactly("WARN: no connection: refused",
				"WARN: no connection: wrong password");
		this.log.restored();
		assertThat(lines(output)).hasSize(3).last().isEqualTo(RESTORED);
	}

	@Test
	void aConnectionThatComesAndGoesIsOneLineAMinute(CapturedOutput output) {
		flap(5 * 30);
		List<String> lines = lines(output);
		assertThat(lines).startsWith("WARN: no connection: cut", RESTORED);
		assertThat(lines.subList(2, lines.size())).hasSize(5)
			.allMatch((line) -> line
				.matches("WARN: .* comes and goes; further losses in a minute: (29|30); it is restored"
						+ " now. The last one: no connection: cut"));
		pass(61);
		assertThat(lines(output)).as("after a quiet minute").hasSameSizeAs(lines);
		lose(Kind.UNAVAILABLE, "cut");
		this.log.restored();
		assertThat(lines(output).subList(lines.size(), lines.size() + 2)).containsExactly("WARN: no connection: cut",
				RESTORED);
	}

	@Test
	void whetherItIsThereIsSaidAfterItCameAndWent(CapturedOutput output) {
		flap(20);
		lose(Kind.UNAVAILABLE, "gone");
		pass(30);
		assertThat(lines(output)).hasSize(3)
			.last()
			.isEqualTo("WARN: The connection to etcd comes and goes; further losses in a minute: 20; it is lost now."
					+ " The last one: no connection: gone");
		this.log.restored();
		assertThat(lines(output)).hasSize(3);
		pass(60);
		assertThat(lines(output)).hasSize(4).last().isEqualTo(RESTORED);
	}

	@Test
	void theNextOutageIsSaidAlthoughNobodyNeededTheConnectionMeanwhile(CapturedOutput output) {
		flap(2);
		this.log.end();
		assertThat(lines(output)).containsExactly("WARN: no connection: cut", RESTORED);
		lose(Kind.UNAVAILABLE, "refused");
		this.log.restored();
		assertThat(lines(output)).hasSize(4).endsWith("WARN: no connection: refused", RESTORED);
	}

	@Test
	void anOutageThatGoesOnIsSaidOnceAlthoughNobodyNeededTheConnectionMeanwhile(CapturedOutput output) {
		lose(Kind.UNAVAILABLE, "refused");
		this.log.end();
		lose(Kind.UNAVAILABLE, "refused");
		pass(600);
		this.log.restored();
		assertThat(lines(output)).containsExactly("WARN: no connection: refused", RESTORED);
	}

	@Test
	void leavesNoTimer(CapturedOutput output) {
		flap(2);
		this.log.end();
		assertThat(this.loop.waiting()).isZero();
	}

	private void flap(int times) {
		for (int i = 0; i < times; i++) {
			lose(Kind.UNAVAILABLE, "cut");
			pass(1);
			this.log.restored();
			pass(1);
		}
	}

	private void lose(Kind kind, String reason) {
		this.log.lost("no connection: ", new Failure(kind, reason));
	}

	private void pass(int seconds) {
		this.loop.runFor(Duration.ofSeconds(seconds));
	}

	/** Level and message of each line, in whatever format. */
	private static List<String> lines(CapturedOutput output) {
		List<String> lines = new ArrayList<>();
		output.getOut().lines().forEach((line) -> {
			Matcher parts = LINE.matcher(line);
			if (parts.matches()) {
				lines.add(parts.group(1) + ": " + parts.group(2));
			}
		});
		return lines;
	}

}
