package org.etcdevent.mutants;

import java.util.List;

import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;

/**
 * Each number that the method returns is one more.
 */
record ReturnsOneMore() implements Edit {

	@Override
	public int apply(Stretch stretch) {
		Type type = stretch.returnType();
		List<InsnNode> all = stretch.all(InsnNode.class, (each) -> each.getOpcode() == type.getOpcode(Opcodes.IRETURN));
		all.forEach((place) -> {
			InsnList code = new InsnList();
			code.add(new Constant(1).push(type));
			code.add(new InsnNode(type.getOpcode(Opcodes.IADD)));
			stretch.insertBefore(place, code);
		});
		return all.size();
	}

	@Override
	public boolean fits(int places) {
		return places > 0;
	}

	@Override
	public String toString() {
		return "returns one more";
	}

}
