package org.etcdevent.mutants;

import java.util.List;

import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.FieldInsnNode;

/**
 * A constant of an enum is another one.
 */
record SaysInstead(String constant, String insteadOf) implements Edit {

	@Override
	public int apply(Stretch stretch) {
		List<FieldInsnNode> all = stretch.all(FieldInsnNode.class,
				(each) -> each.getOpcode() == Opcodes.GETSTATIC && each.name.equals(this.insteadOf));
		all.forEach((place) -> place.name = this.constant);
		return all.size();
	}

	@Override
	public String toString() {
		return "says " + this.constant + " instead of " + this.insteadOf;
	}

}
