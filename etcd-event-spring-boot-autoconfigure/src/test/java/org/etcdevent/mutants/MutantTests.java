package org.etcdevent.mutants;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link Mutant} and the {@link Edits} that it is made of.
 */
class MutantTests {

	private static final String SAMPLE = "mutants.MutantTests$Sample";

	@Test
	void withoutADefectTheSampleDoesWhatItSays() {
		assertThat(new Sample().apply("a")).isEqualTo("size 1, times 4, kept [a, a], positive, copied, open 7");
	}

	@Test
	void aMethodReturnsAConstant() throws Exception {
		assertThat(outcome("times", Edits.returns(9))).contains("times 9");
		assertThat(outcome("keep", Edits.doesNothing())).contains("kept []");
	}

	@Test
	void aMethodReturnsEarly() throws Exception {
		assertThat(outcome("times", Edits.returnsIf("mutants.MutantTests.isTwo", 9))).contains("times 9");
		assertThat(outcome("times", Edits.returnsIf("mutants.MutantTests.isThree", 9))).contains("times 4");
		assertThat(outcome("keep", Edits.onlyCallsIf("mutants.MutantTests.isA", "close"))).contains("kept []")
			.contains("closed");
	}

	@Test
	void aMethodReturnsOneMore() throws Exception {
		assertThat(outcome("times", Edits.returnsOneMore())).contains("times 5");
		assertThat(outcome("stamp", Edits.returnsOneMore())).contains("open 8");
	}

	@Test
	void aCallIsSkippedAlsoInALambda() throws Exception {
		assertThat(outcome("keep", Edits.skips("List.addAll"))).contains("kept [a]");
		assertThat(outcome("size", Edits.skips("Map.size"))).contains("size 0");
	}

	@Test
	void aCallIsAnsweredWithAConstant() throws Exception {
		assertThat(outcome("size", Edits.answers("Map.size", 5))).contains("size 5");
		assertThat(outcome("sign", Edits.answers("Sample.isPositive", false))).contains("negative");
	}

	@Test
	void aCallGetsAnotherArgument() throws Exception {
		assertThat(outcome("apply", Edits.passes(3, "Sample.times"))).contains("times 9");
	}

	@Test
	void anotherMethodIsCalled() throws Exception {
		assertThat(outcome("apply", Edits.calls("once", "Sample.times"))).contains("times 1");
		assertThat(outcome("apply", Edits.calls("product", "Sample.times", 10))).contains("times 20");
	}

	@Test
	void anotherCallIsMade() throws Exception {
		assertThat(outcome("open", Edits.firstCalls("kept.clear"))).contains("kept []");
		assertThat(outcome("size", Edits.callsBefore("Map.size", "seen.keySet.clear"))).contains("size 0");
		assertThat(outcome("keep", Edits.firstCalls("close"))).contains("closed open");
	}

	@Test
	void aFieldReadsAsAConstant() throws Exception {
		assertThat(outcome("stamp", Edits.reads("revision", 3))).contains("open 3");
		assertThat(outcome("size", Edits.reads("seen", Map.of()))).contains("size 0");
	}

	@Test
	void aFieldIsNotWritten() throws Exception {
		assertThat(outcome("open", Edits.doesNotWrite("revision"))).contains("open 0");
	}

	@Test
	void aFlagReadsAsAConstant() throws Exception {
		assertThat(outcome("sign", Edits.readsFlag(true))).contains("negative");
	}

	@Test
	void aConstantOfAnEnumIsAnother() throws Exception {
		assertThat(outcome("open", Edits.says("SHUT", "OPEN"))).contains("shut 7");
	}

	@Test
	void aCopyIsTheOriginal() throws Exception {
		assertThat(outcome("copy", Edits.doesNotCopy("Sample"))).contains("the same");
	}

	@Test
	void anEditIsLimitedToWhatIsBeforeOrAfterACall() throws Exception {
		assertThat(outcome("keep", Edits.before("List.forEach", Edits.skips("List.add")))).contains("kept [a]");
		assertThat(outcome("sign", Edits.after("Sample.isPositive", Edits.readsFlag(true)))).contains("negative");
		assertThatIllegalStateException()
			.isThrownBy(() -> outcome("sign", Edits.before("Sample.isPositive", Edits.readsFlag(true))));
	}

	@Test
	void severalEditsAreMadeTogether() throws Exception {
		assertThat(outcome("open", Edits.doesNotWrite("revision"), Edits.says("SHUT", "OPEN"))).contains("shut 0");
	}

	@Test
	void aMethodThatWasRenamedIsReported() {
		assertThatIllegalStateException().isThrownBy(() -> outcome("retain", Edits.doesNothing()))
			.withMessage("Mutant 'a sample' does not fit mutants.MutantTests$Sample.retain: there is no such method");
	}

	@Test
	void aCallThatWasRemovedIsReportedWithThoseThatAreThere() {
		assertThatIllegalStateException().isThrownBy(() -> outcome("size", Edits.skips("Map.clear")))
			.withMessage("Mutant 'a sample' does not fit mutants.MutantTests$Sample.size: "
					+ "\"does not call Map.clear\" fits 0 places; the method calls Map.size, Sample.see");
	}

	@Test
	void aCallThatIsMadeTwiceIsReported() {
		assertThatIllegalStateException().isThrownBy(() -> outcome("apply", Edits.skips("Sample.keep")))
			.withMessageContaining("\"does not call Sample.keep\" fits 2 places");
	}

	@Test
	void aClassThatWasRenamedIsReported() {
		Mutant mutant = new Mutant("a sample", "mutants.Gone", "apply", Edits.doesNothing());
		assertThatIllegalStateException().isThrownBy(() -> new MutantLoader(mutant))
			.withMessage("Mutant 'a sample' does not fit mutants.Gone.apply: there is no such class");
	}

	@Test
	void aCallToAddThatIsNotThereIsReported() {
		assertThatIllegalStateException().isThrownBy(() -> outcome("size", Edits.firstCalls("seen.vanish")))
			.withMessage("Mutant 'a sample' does not fit mutants.MutantTests$Sample.size: "
					+ "\"calls seen.vanish first\" cannot be done: there is no method vanish in interface java.util.Map");
		assertThatIllegalStateException().isThrownBy(() -> outcome("size", Edits.calls("vanish", "Map.size")))
			.withMessage("Mutant 'a sample' does not fit mutants.MutantTests$Sample.size: "
					+ "\"calls vanish instead of Map.size\" cannot be done: "
					+ "there is not one method vanish in java/util/Map but 0");
	}

	@SuppressWarnings("unchecked")
	private static String outcome(String method, Edit... edits) throws Exception {
		Mutant mutant = new Mutant("a sample", SAMPLE, method, edits);
		Function<String, String> sample = (Function<String, String>) new MutantLoader(mutant)
			.loadClass(Sample.class.getName())
			.getConstructor()
			.newInstance();
		return sample.apply("a");
	}

	static boolean isTwo(int number) {
		return number == 2;
	}

	static boolean isThree(int number) {
		return number == 3;
	}

	static boolean isA(String text) {
		return text.equals("a");
	}

	/**
	 * What is edited.
	 */
	public static final class Sample implements Function<String, String> {

		private final Map<String, String> seen = new LinkedHashMap<>();

		private final List<String> kept = new ArrayList<>();

		private String state = "";

		private long revision;

		public Sample() {
		}

		Sample(Sample other) {
			this.revision = other.revision;
		}

		@Override
		public String apply(String text) {
			int size = size(text);
			int times = times(2);
			keep(text);
			if (times < 0) {
				keep(text);
			}
			open(7);
			return "size " + size + ", times " + times + ", kept " + this.kept + ", " + sign(false) + ", " + copy()
					+ ", " + this.state + " " + stamp();
		}

		int size(String text) {
			see(text);
			return this.seen.size();
		}

		void see(String text) {
			this.seen.put(text, text);
		}

		int times(int number) {
			return number * number;
		}

		int once() {
			return 1;
		}

		int product(int one, int other) {
			return one * other;
		}

		void keep(String text) {
			this.kept.add(0, text);
			List.of(text).forEach((each) -> this.kept.addAll(List.of(each)));
		}

		void close() {
			this.state = "closed ";
		}

		String sign(boolean inverted) {
			return (isPositive() && !inverted) ? "positive" : "negative";
		}

		boolean isPositive() {
			return this.revision >= 0;
		}

		String copy() {
			Sample other = new Sample(this);
			return Objects.equals(other, this) ? "the same" : "copied";
		}

		void open(long atRevision) {
			this.revision = atRevision;
			this.state += Door.OPEN.name().toLowerCase(Locale.ROOT);
		}

		long stamp() {
			return this.revision;
		}

	}

	enum Door {

		OPEN, SHUT

	}

}
