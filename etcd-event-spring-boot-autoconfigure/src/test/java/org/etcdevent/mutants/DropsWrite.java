package org.etcdevent.mutants;

import java.util.List;

import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;

/**
 * A field is not written.
 */
record DropsWrite(String field) implements Edit {

	@Override
	public int apply(Stretch stretch) {
		List<FieldInsnNode> all = stretch.all(FieldInsnNode.class,
				(each) -> each.getOpcode() == Opcodes.PUTFIELD && each.name.equals(this.field));
		all.forEach((place) -> {
			InsnList code = new InsnList();
			code.add(Call.pop(Type.getType(place.desc)));
			code.add(new InsnNode(Opcodes.POP));
			stretch.replace(place, code);
		});
		return all.size();
	}

	@Override
	public String toString() {
		return "does not write " + this.field;
	}

}
