package org.etcdevent.mutants;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * Calls of a method, by the simple name of its class, as the caller declares it.
 *
 * @param name the name of class and method, as in {@code Map.put}
 */
record Call(String name) {

	boolean isMadeBy(AbstractInsnNode instruction) {
		return instruction instanceof MethodInsnNode call && this.name.equals(nameOf(call));
	}

	private static String nameOf(MethodInsnNode call) {
		String owner = call.owner;
		return owner.substring(Math.max(owner.lastIndexOf('/'), owner.lastIndexOf('$')) + 1) + "." + call.name;
	}

	/**
	 * The names of all calls in some methods, for the message of one that is not there.
	 */
	static Set<String> in(List<MethodNode> bodies) {
		Set<String> names = new TreeSet<>();
		for (MethodNode body : bodies) {
			for (AbstractInsnNode instruction : body.instructions) {
				if (instruction instanceof MethodInsnNode call) {
					names.add(nameOf(call));
				}
			}
		}
		return names;
	}

	/** Drops what a call would take: its arguments, and the object that it is made on. */
	static InsnList popOperands(MethodInsnNode call) {
		InsnList code = new InsnList();
		Type[] arguments = Type.getArgumentTypes(call.desc);
		for (int i = arguments.length - 1; i >= 0; i--) {
			code.add(pop(arguments[i]));
		}
		if (call.getOpcode() != Opcodes.INVOKESTATIC) {
			code.add(new InsnNode(Opcodes.POP));
		}
		return code;
	}

	static InsnNode pop(Type type) {
		return new InsnNode((type.getSize() == 2) ? Opcodes.POP2 : Opcodes.POP);
	}

	@Override
	public String toString() {
		return this.name;
	}

}
