package org.etcdevent.annotation.nonnull;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.etcdevent.EtcdWatch;
import org.etcdevent.EtcdWatch.Deletions;
import org.jspecify.annotations.Nullable;

/**
 * Beans in a package that is null-marked.
 */
public final class NullMarkedBeans {

	private NullMarkedBeans() {
	}

	public static class NonNull {

		@EtcdWatch("one")
		void on(String value) {
		}

	}

	public static class NonNullPair {

		@EtcdWatch("a/")
		void on(String key, String value) {
		}

	}

	public static class Fine {

		public final List<String> calls = new CopyOnWriteArrayList<>();

		@EtcdWatch("one")
		void nullable(@Nullable String value) {
			this.calls.add("nullable " + value);
		}

		@EtcdWatch(value = "one", deletions = Deletions.IGNORE)
		void ignoring(String value) {
			this.calls.add("ignoring " + value);
		}

	}

}
