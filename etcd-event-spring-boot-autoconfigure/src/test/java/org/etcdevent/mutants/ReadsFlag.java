package org.etcdevent.mutants;

import java.util.List;

import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * Each read of the one parameter that is a {@code boolean} is a constant.
 */
record ReadsFlag(Constant constant) implements Edit {

	@Override
	public int apply(Stretch stretch) {
		List<Stretch.Variable> flags = stretch.parameters()
			.stream()
			.filter((parameter) -> parameter.type().equals(Type.BOOLEAN_TYPE))
			.toList();
		if (stretch.isLambda() || flags.size() != 1) {
			return 0;
		}
		int index = flags.get(0).index();
		List<VarInsnNode> all = stretch.all(VarInsnNode.class,
				(each) -> each.getOpcode() == Opcodes.ILOAD && each.var == index);
		all.forEach((place) -> {
			InsnList code = new InsnList();
			code.add(this.constant.push(Type.BOOLEAN_TYPE));
			stretch.replace(place, code);
		});
		return all.size();
	}

	@Override
	public boolean fits(int places) {
		return places > 0;
	}

	@Override
	public String toString() {
		return "reads " + this.constant + " from its flag";
	}

}
