package org.etcdevent.mutants;

import java.util.List;

import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.MethodInsnNode;

/**
 * Each read of a field is a constant. The accessor of a record, in the record itself,
 * reads a field, too.
 */
record ReadsField(String field, Constant constant) implements Edit {

	@Override
	public int apply(Stretch stretch) {
		List<AbstractInsnNode> all = stretch.all(AbstractInsnNode.class, (each) -> isRead(stretch, each));
		all.forEach((place) -> {
			InsnList code = new InsnList();
			code.add(new InsnNode(Opcodes.POP));
			code.add(this.constant.push(typeOf(place)));
			stretch.replace(place, code);
		});
		return all.size();
	}

	private boolean isRead(Stretch stretch, AbstractInsnNode each) {
		if (each instanceof MethodInsnNode call) {
			return call.owner.equals(stretch.type().name) && call.name.equals(this.field)
					&& call.getOpcode() == Opcodes.INVOKEVIRTUAL && Type.getArgumentTypes(call.desc).length == 0;
		}
		return each instanceof FieldInsnNode read && read.getOpcode() == Opcodes.GETFIELD
				&& read.name.equals(this.field);
	}

	private static Type typeOf(AbstractInsnNode place) {
		return (place instanceof MethodInsnNode call) ? Type.getReturnType(call.desc)
				: Type.getType(((FieldInsnNode) place).desc);
	}

	@Override
	public boolean fits(int places) {
		return places > 0;
	}

	@Override
	public String toString() {
		return "reads " + this.constant + " from " + this.field;
	}

}
