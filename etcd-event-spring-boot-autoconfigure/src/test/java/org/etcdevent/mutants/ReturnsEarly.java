package org.etcdevent.mutants;

import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.FrameNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LabelNode;

/**
 * The method returns at once if a condition is met.
 *
 * @param condition the static method that says so
 * @param call what to call before, {@code null} for nothing
 * @param constant what to return
 */
record ReturnsEarly(Path condition, Path call, Constant constant) implements Edit {

	@Override
	public int apply(Stretch stretch) {
		if (stretch.isLambda()) {
			return 0;
		}
		Type type = stretch.returnType();
		LabelNode otherwise = new LabelNode();
		InsnList code = this.condition.call(stretch, Type.BOOLEAN_TYPE);
		code.add(new JumpInsnNode(Opcodes.IFEQ, otherwise));
		if (this.call != null) {
			code.add(this.call.call(stretch, Type.VOID_TYPE));
		}
		if (!type.equals(Type.VOID_TYPE)) {
			code.add(this.constant.push(type));
		}
		code.add(new InsnNode(type.getOpcode(Opcodes.IRETURN)));
		code.add(otherwise);
		code.add(new FrameNode(Opcodes.F_SAME, 0, null, 0, null));
		stretch.insertAtStart(code);
		return 1;
	}

	@Override
	public String toString() {
		return "returns early if " + this.condition;
	}

}
