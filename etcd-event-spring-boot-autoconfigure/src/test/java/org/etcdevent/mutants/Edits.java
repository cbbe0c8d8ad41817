package org.etcdevent.mutants;

/**
 * The edits that mutants are made of. Calls are named as {@code Map.put}: by the simple
 * name of the class that the caller declares, and the method.
 */
public final class Edits {

	private Edits() {
	}

	/** The method does nothing. */
	public static Edit doesNothing() {
		return new ReturnsConstant(Constant.NOTHING);
	}

	/** The method returns a constant, and does nothing else. */
	public static Edit returns(Object value) {
		return new ReturnsConstant(new Constant(value));
	}

	/** The method returns a constant at once if a static method says so. */
	public static Edit returnsIf(String condition, Object value) {
		return new ReturnsEarly(new Path(condition), null, new Constant(value));
	}

	/** If a static method says so, the method only makes a call. */
	public static Edit onlyCallsIf(String condition, String call) {
		return new ReturnsEarly(new Path(condition), new Path(call), Constant.NOTHING);
	}

	/** The method returns one more. */
	public static Edit returnsOneMore() {
		return new ReturnsOneMore();
	}

	/** A call is not made; what it returns is {@code null}, 0 or {@code false}. */
	public static Edit skips(String call) {
		return new AnswersCall(new Call(call), Constant.NOTHING, "does not call " + call);
	}

	/** A call is not made; what it returns is a constant. */
	public static Edit answers(String call, Object value) {
		return new AnswersCall(new Call(call), new Constant(value), call + " returns " + value);
	}

	/** The last argument of a call is a constant. */
	public static Edit passes(Object value, String call) {
		return new PassesConstant(new Call(call), new Constant(value));
	}

	/**
	 * Another method, or another overload, is called on the same object: with as many of
	 * the arguments as it takes, and then with constants.
	 */
	public static Edit calls(String method, String insteadOf, Object... constants) {
		return new CallsInstead(new Call(insteadOf), method, constants);
	}

	/** Makes a call first, see {@link Path}. */
	public static Edit firstCalls(String path) {
		return new AddsCall(new Path(path), null);
	}

	/** Makes a call before another one, see {@link Path}. */
	public static Edit callsBefore(String anchor, String path) {
		return new AddsCall(new Path(path), new Call(anchor));
	}

	/** Each read of a field, or of a component of the record itself, is a constant. */
	public static Edit reads(String field, Object value) {
		return new ReadsField(field, new Constant(value));
	}

	/** A field is not written. */
	public static Edit doesNotWrite(String field) {
		return new DropsWrite(field);
	}

	/** Each read of the one parameter that is a {@code boolean} is a constant. */
	public static Edit readsFlag(boolean value) {
		return new ReadsFlag(new Constant(value));
	}

	/** A constant of an enum is another one. */
	public static Edit says(String constant, String insteadOf) {
		return new SaysInstead(constant, insteadOf);
	}

	/** Where the method makes a copy by a constructor, it takes the original. */
	public static Edit doesNotCopy(String type) {
		return new DoesNotCopy(type);
	}

	/** An edit only before the first of some calls. */
	public static Edit before(String anchor, Edit edit) {
		return new Within(edit, new Call(anchor), false);
	}

	/** An edit only after the first of some calls. */
	public static Edit after(String anchor, Edit edit) {
		return new Within(edit, new Call(anchor), true);
	}

}
