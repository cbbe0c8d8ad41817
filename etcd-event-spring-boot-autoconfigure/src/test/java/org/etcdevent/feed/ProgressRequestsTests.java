package org.etcdevent.feed;

import org.etcdevent.feed.ProgressRequests.Request;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Tests of {@link ProgressRequests}. */
class ProgressRequestsTests {

	private final ProgressRequests requests = new ProgressRequests();

	@Test
	void anAnswerThatNobodyAskedForSpeaksOfNothing() {
		assertThat(this.requests.onAnswer()).isNull();
		this.requests.onSent(1, 7);
		assertThat(this.requests.arePending()).isTrue();
		assertThat(this.requests.onAnswer()).isEqualTo(new Request(1, 7, 1));
		assertThat(this.requests.arePending()).isFalse();
		assertThat(this.requests.onAnswer()).isNull();
	}

	@Test
	void theNextAnswerMayBeThatToTheRequestBefore() {
		this.requests.onSent(1, 7);
		look(3);
		this.requests.onSent(2, 9);
		assertThat(this.requests.onAnswer()).isEqualTo(new Request(1, 7, 1));
		assertThat(this.requests.onAnswer()).isNull();
	}

	@Test
	void aRequestThatIsRepeatedAfterAStandstillMayBeAnsweredTwice() {
		this.requests.onSent(1, 7);
		look(2);
		this.requests.onSent(2, 9);
		assertThat(this.requests.onAnswer()).isEqualTo(new Request(1, 7, 2));
		assertThat(this.requests.onAnswer()).isEqualTo(new Request(1, 7, 1));
		assertThat(this.requests.onAnswer()).isNull();
	}

	private void look(int times) {
		for (int i = 0; i < times; i++) {
			this.requests.look();
		}
	}

}
