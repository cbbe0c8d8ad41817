package org.etcdevent.mutants;

/**
 * A change of compiled code, named by what the code calls and by its fields, not by how
 * it is written. Its text says what the code does then.
 */
public interface Edit {

	/**
	 * Makes the change in each place that it fits.
	 * @param stretch where to look
	 * @return the number of places
	 */
	int apply(Stretch stretch);

	/**
	 * Whether the change was made as often as it has to.
	 * @param places the number of places in the method, its overloads and its lambdas
	 * @return by default, {@code true} for exactly one
	 */
	default boolean fits(int places) {
		return places == 1;
	}

}
