package org.etcdevent.mutants;

import java.util.List;

import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * A known defect that is put back into the production code.
 *
 * @param name what the code does wrong then
 * @param type the class, below the root package
 * @param method the method, with all of its overloads and lambdas
 * @param edits what is changed there
 */
public record Mutant(String name, String type, String method, List<Edit> edits) {

	private static final String ROOT = "org.etcdevent.";

	public Mutant(String name, String type, String method, Edit... edits) {
		this(name, type, method, List.of(edits));
	}

	/** The full name of the class. */
	String className() {
		return ROOT + this.type;
	}

	/**
	 * Changes the class.
	 * @param original the class file
	 * @return the class file with the defect
	 * @throws IllegalStateException if an edit does not fit the code
	 */
	byte[] applyTo(byte[] original) {
		ClassNode edited = new ClassNode();
		new ClassReader(original).accept(edited, 0);
		List<MethodNode> bodies = edited.methods.stream()
			.filter((body) -> body.name.equals(this.method) || body.name.startsWith("lambda$" + this.method + "$"))
			.toList();
		if (bodies.isEmpty()) {
			throw misfit("there is no such method");
		}
		String calls = String.join(", ", Call.in(bodies));
		for (Edit edit : this.edits) {
			int places = apply(edit, edited, bodies);
			if (!edit.fits(places)) {
				throw misfit("\"" + edit + "\" fits " + places + " places; the method calls " + calls);
			}
		}
		ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
		edited.accept(writer);
		return writer.toByteArray();
	}

	private int apply(Edit edit, ClassNode edited, List<MethodNode> bodies) {
		try {
			return bodies.stream().mapToInt((body) -> edit.apply(Stretch.of(edited, body))).sum();
		}
		catch (IllegalStateException ex) {
			throw misfit("\"" + edit + "\" cannot be done: " + ex.getMessage());
		}
	}

	IllegalStateException misfit(String why) {
		return new IllegalStateException(
				"Mutant '" + this.name + "' does not fit " + this.type + "." + this.method + ": " + why);
	}

	/** The name, as the name of a test. */
	@Override
	public String toString() {
		return this.name;
	}

}
