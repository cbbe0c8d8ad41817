package org.etcdevent.mutants;

import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;

/**
 * The method is nothing but the return of a constant.
 */
record ReturnsConstant(Constant constant) implements Edit {

	@Override
	public int apply(Stretch stretch) {
		if (stretch.isLambda()) {
			return 0;
		}
		Type type = stretch.returnType();
		InsnList code = new InsnList();
		if (!type.equals(Type.VOID_TYPE)) {
			code.add(this.constant.push(type));
		}
		code.add(new InsnNode(type.getOpcode(Opcodes.IRETURN)));
		stretch.become(code);
		return 1;
	}

	@Override
	public String toString() {
		return "returns " + this.constant;
	}

}
