package org.etcdevent.listener;

import org.etcdevent.EtcdException;
import org.etcdevent.EtcdWatch;
import org.jspecify.annotations.Nullable;

/**
 * A watch that is declared in a way that cannot work. The message names the bean, the
 * method and the attribute, what is wrong, and what to do.
 */
public final class EtcdWatchDefinitionException extends EtcdException {

	private static final long serialVersionUID = 1L;

	private final String location;

	private final @Nullable String attribute;

	private final String problem;

	private final String remedy;

	/**
	 * An exception.
	 * @param location where the watch is declared
	 * @param attribute the attribute that is wrong, {@code null} if it is the method or
	 * the bean
	 * @param problem what is wrong, part of a sentence, without a full stop
	 * @param remedy what to do, a sentence without a full stop
	 * @param cause what was thrown, if anything
	 */
	public EtcdWatchDefinitionException(String location, @Nullable String attribute, String problem, String remedy,
			@Nullable Throwable cause) {
		super(message(location, attribute, problem, remedy), cause);
		this.location = location;
		this.attribute = attribute;
		this.problem = problem;
		this.remedy = remedy;
	}

	private static String message(String location, @Nullable String attribute, String problem, String remedy) {
		return "Invalid watch on " + location + ((attribute != null) ? ", attribute '" + attribute + "'" : "") + ": "
				+ problem + ". " + remedy + ".";
	}

	/**
	 * Where the watch is declared.
	 * @return the method and its bean, or the id of a registration in code
	 */
	public String getLocation() {
		return this.location;
	}

	/**
	 * The attribute of {@link EtcdWatch} that is wrong.
	 * @return the name, {@code null} if it is the method or the bean that is wrong
	 */
	public @Nullable String getAttribute() {
		return this.attribute;
	}

	/**
	 * What is wrong.
	 * @return part of a sentence, without a full stop
	 */
	public String getProblem() {
		return this.problem;
	}

	/**
	 * What to do about it.
	 * @return a sentence, without a full stop
	 */
	public String getRemedy() {
		return this.remedy;
	}

}
