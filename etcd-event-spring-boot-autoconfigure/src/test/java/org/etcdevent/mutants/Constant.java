package org.etcdevent.mutants;

import java.time.Duration;
import java.util.Map;

import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;

/**
 * A value that code can be given: a number, a boolean, {@code null}, a constant of an
 * enum, an empty map, or no time.
 *
 * @param value the value
 */
record Constant(Object value) {

	/** What stands for nothing, of any type. */
	static final Constant NOTHING = new Constant(null);

	/**
	 * Pushes it.
	 * @param type the type that is expected, not {@code void}
	 */
	AbstractInsnNode push(Type type) {
		Number number = (this.value instanceof Boolean flag) ? (flag ? 1 : 0)
				: (this.value != null) ? (this.value instanceof Number it) ? it : null : Integer.valueOf(0);
		return switch (type.getSort()) {
			case Type.OBJECT, Type.ARRAY -> pushObject();
			case Type.LONG -> new LdcInsnNode(number.longValue());
			case Type.DOUBLE -> new LdcInsnNode(number.doubleValue());
			case Type.FLOAT -> new LdcInsnNode(number.floatValue());
			default -> new LdcInsnNode(number.intValue());
		};
	}

	private AbstractInsnNode pushObject() {
		if (this.value == null) {
			return new InsnNode(Opcodes.ACONST_NULL);
		}
		if (this.value instanceof Enum<?> constant) {
			Type owner = Type.getType(constant.getDeclaringClass());
			return new FieldInsnNode(Opcodes.GETSTATIC, owner.getInternalName(), constant.name(),
					owner.getDescriptor());
		}
		if (Duration.ZERO.equals(this.value)) {
			return new FieldInsnNode(Opcodes.GETSTATIC, "java/time/Duration", "ZERO", "Ljava/time/Duration;");
		}
		if (Map.of().equals(this.value)) {
			return new MethodInsnNode(Opcodes.INVOKESTATIC, "java/util/Map", "of", "()Ljava/util/Map;", true);
		}
		throw new IllegalArgumentException("Code cannot be given the object " + this.value);
	}

	@Override
	public String toString() {
		return String.valueOf(this.value);
	}

}
