package org.etcdevent;

import java.lang.reflect.Type;

/**
 * Thrown if no decoder is available for a type of values. The message says what to add.
 */
public final class EtcdDecoderNotFoundException extends IllegalArgumentException {

	private static final long serialVersionUID = 1L;

	private final String problem;

	private final String remedy;

	/**
	 * An exception.
	 * @param type the type of the values
	 * @param remedy what to add or define, a sentence without a full stop
	 */
	public EtcdDecoderNotFoundException(Type type, String remedy) {
		super(problem(type) + ". " + remedy + ".");
		this.problem = problem(type);
		this.remedy = remedy;
	}

	private static String problem(Type type) {
		return "No decoder for values of type '" + type.getTypeName() + "'";
	}

	/**
	 * What is missing.
	 * @return a sentence, without a full stop
	 */
	public String getProblem() {
		return this.problem;
	}

	/**
	 * What to add or define.
	 * @return a sentence, without a full stop
	 */
	public String getRemedy() {
		return this.remedy;
	}

}
