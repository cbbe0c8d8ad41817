package org.etcdevent.mutants;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * A part of the body of a method, or of a lambda in it.
 *
 * @param type the class
 * @param body the whole body
 * @param instructions those of the part, as they were before any change
 */
record Stretch(ClassNode type, MethodNode body, List<AbstractInsnNode> instructions) {

	static Stretch of(ClassNode type, MethodNode body) {
		return new Stretch(type, body, List.of(body.instructions.toArray()));
	}

	/** The part before the first of some calls; nothing if there is none. */
	Stretch before(Call anchor) {
		return part(0, Math.max(0, indexOf(anchor)));
	}

	/** The part after the first of some calls; nothing if there is none. */
	Stretch after(Call anchor) {
		int index = indexOf(anchor);
		return part((index < 0) ? this.instructions.size() : index + 1, this.instructions.size());
	}

	private Stretch part(int from, int to) {
		return new Stretch(this.type, this.body, this.instructions.subList(from, to));
	}

	private int indexOf(Call call) {
		for (int i = 0; i < this.instructions.size(); i++) {
			if (call.isMadeBy(this.instructions.get(i))) {
				return i;
			}
		}
		return -1;
	}

	/** The instructions of a kind. */
	<I extends AbstractInsnNode> List<I> all(Class<I> kind, Predicate<I> condition) {
		return this.instructions.stream().filter(kind::isInstance).map(kind::cast).filter(condition).toList();
	}

	List<MethodInsnNode> calls(Call call) {
		return all(MethodInsnNode.class, call::isMadeBy);
	}

	boolean isLambda() {
		return (this.body.access & Opcodes.ACC_SYNTHETIC) != 0;
	}

	boolean isStatic() {
		return (this.body.access & Opcodes.ACC_STATIC) != 0;
	}

	Type returnType() {
		return Type.getReturnType(this.body.desc);
	}

	/** What is in the local variables when the method begins. */
	List<Variable> variables() {
		List<Variable> variables = new ArrayList<>();
		int index = 0;
		if (!isStatic()) {
			variables.add(new Variable(Type.getObjectType(this.type.name), index++));
		}
		for (Type parameter : Type.getArgumentTypes(this.body.desc)) {
			variables.add(new Variable(parameter, index));
			index += parameter.getSize();
		}
		return variables;
	}

	/** The parameters, without {@code this}. */
	List<Variable> parameters() {
		return variables().stream().skip(isStatic() ? 0 : 1).toList();
	}

	void insertBefore(AbstractInsnNode place, InsnList code) {
		this.body.instructions.insertBefore(place, code);
	}

	void insertAtStart(InsnList code) {
		this.body.instructions.insert(code);
	}

	void replace(AbstractInsnNode old, InsnList code) {
		insertBefore(old, code);
		this.body.instructions.remove(old);
	}

	/** Has the body be nothing but some code. */
	void become(InsnList code) {
		this.body.instructions.clear();
		this.body.instructions.add(code);
		this.body.tryCatchBlocks.clear();
		this.body.localVariables = null;
	}

	/**
	 * A local variable.
	 */
	record Variable(Type type, int index) {
	}

}
