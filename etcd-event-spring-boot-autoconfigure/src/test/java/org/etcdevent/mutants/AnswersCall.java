package org.etcdevent.mutants;

import java.util.List;

import org.objectweb.asm.Type;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.MethodInsnNode;

/**
 * A call is not made; what it would return is a constant.
 */
record AnswersCall(Call call, Constant constant, String text) implements Edit {

	@Override
	public int apply(Stretch stretch) {
		List<MethodInsnNode> all = stretch.calls(this.call);
		all.forEach((place) -> {
			InsnList code = Call.popOperands(place);
			Type type = Type.getReturnType(place.desc);
			if (!type.equals(Type.VOID_TYPE)) {
				code.add(this.constant.push(type));
			}
			stretch.replace(place, code);
		});
		return all.size();
	}

	@Override
	public String toString() {
		return this.text;
	}

}
