package org.etcdevent.mutants;

import java.util.List;

import org.objectweb.asm.Type;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.MethodInsnNode;

/**
 * The last argument of a call is a constant.
 */
record PassesConstant(Call call, Constant constant) implements Edit {

	@Override
	public int apply(Stretch stretch) {
		List<MethodInsnNode> all = stretch.calls(this.call);
		all.forEach((place) -> {
			Type[] arguments = Type.getArgumentTypes(place.desc);
			Type last = arguments[arguments.length - 1];
			InsnList code = new InsnList();
			code.add(Call.pop(last));
			code.add(this.constant.push(last));
			stretch.insertBefore(place, code);
		});
		return all.size();
	}

	@Override
	public String toString() {
		return "passes " + this.constant + " to " + this.call;
	}

}
