package org.etcdevent.mutants;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * A call to add, as seen from inside the edited class: {@code close} or
 * {@code state.advance} on itself or one of its fields, or {@code feed.FeedDefects.isEnd}
 * for a static method of a class below the root package. The last method gets the
 * variables of the edited one that it has parameters for, by their types and in their
 * order.
 *
 * @param text the path
 */
record Path(String text) {

	private static final String ROOT = "org.etcdevent.";

	/**
	 * Makes the call.
	 * @param stretch the method to make it in, for its variables
	 * @param wanted the type to leave on the stack, {@code void} for none
	 */
	InsnList call(Stretch stretch, Type wanted) {
		InsnList code = new InsnList();
		Class<?> edited = classOf(stretch.type().name.replace('/', '.'));
		int end = this.text.lastIndexOf('.');
		String owner = this.text.substring(0, Math.max(0, end));
		String name = this.text.substring(end + 1);
		Method last;
		if (isClass(owner)) {
			last = add(code, classOf(ROOT + owner), name, stretch.variables());
		}
		else {
			code.add(new VarInsnNode(Opcodes.ALOAD, 0));
			last = add(code, walk(code, edited, owner), name, stretch.parameters());
		}
		Type result = Type.getReturnType(last);
		if (wanted.equals(Type.VOID_TYPE) && !result.equals(Type.VOID_TYPE)) {
			code.add(Call.pop(result));
		}
		else if (!wanted.equals(result)) {
			throw new IllegalStateException("it does not return " + wanted.getClassName());
		}
		return code;
	}

	private static boolean isClass(String name) {
		return !name.isEmpty() && Character.isUpperCase(name.charAt(name.lastIndexOf('.') + 1));
	}

	private Class<?> walk(InsnList code, Class<?> from, String fieldAndMethods) {
		Class<?> at = from;
		for (String step : fieldAndMethods.isEmpty() ? new String[0] : fieldAndMethods.split("\\.")) {
			if (at == from) {
				at = field(at, step);
				code.add(new FieldInsnNode(Opcodes.GETFIELD, Type.getInternalName(from), step, Type.getDescriptor(at)));
			}
			else {
				at = add(code, at, step, List.of()).getReturnType();
			}
		}
		return at;
	}

	private Method add(InsnList code, Class<?> owner, String name, List<Stretch.Variable> variables) {
		List<Method> found = hierarchy(owner).map((type) -> fitting(type, name, variables))
			.filter((methods) -> !methods.isEmpty())
			.findFirst()
			.orElseThrow(() -> missing("method " + name + " in " + owner));
		if (found.size() > 1) {
			throw missing("single method " + name + " in " + owner);
		}
		Method method = found.get(0);
		arguments(method, variables).forEach(
				(variable) -> code.add(new VarInsnNode(variable.type().getOpcode(Opcodes.ILOAD), variable.index())));
		int opcode = Modifier.isStatic(method.getModifiers()) ? Opcodes.INVOKESTATIC
				: owner.isInterface() ? Opcodes.INVOKEINTERFACE : Opcodes.INVOKEVIRTUAL;
		code.add(new MethodInsnNode(opcode, Type.getInternalName(owner), name, Type.getMethodDescriptor(method),
				owner.isInterface()));
		return method;
	}

	private static List<Method> fitting(Class<?> type, String name, List<Stretch.Variable> variables) {
		return Arrays.stream(type.getDeclaredMethods())
			.filter((method) -> method.getName().equals(name) && !method.isBridge()
					&& arguments(method, variables).size() == method.getParameterCount())
			.toList();
	}

	/** The variables for a method's parameters, fewer if one has none. */
	private static List<Stretch.Variable> arguments(Method method, List<Stretch.Variable> variables) {
		List<Stretch.Variable> arguments = new ArrayList<>();
		List<Stretch.Variable> left = new ArrayList<>(variables);
		for (Class<?> parameter : method.getParameterTypes()) {
			left.stream().filter((variable) -> isAssignable(parameter, variable.type())).findFirst().ifPresent((it) -> {
				left.remove(it);
				arguments.add(it);
			});
		}
		return arguments;
	}

	private static boolean isAssignable(Class<?> parameter, Type type) {
		return parameter.isPrimitive() ? Type.getType(parameter).equals(type)
				: type.getSort() == Type.OBJECT && parameter.isAssignableFrom(classOf(type.getClassName()));
	}

	private static Stream<Class<?>> hierarchy(Class<?> type) {
		Stream<Class<?>> above = Stream.concat(Stream.ofNullable(type.getSuperclass()), Stream.of(type.getInterfaces()))
			.flatMap(Path::hierarchy);
		return Stream.concat(Stream.of(type), above);
	}

	private Class<?> field(Class<?> owner, String name) {
		try {
			return owner.getDeclaredField(name).getType();
		}
		catch (NoSuchFieldException ex) {
			throw missing("field " + name + " in " + owner);
		}
	}

	static Class<?> classOf(String name) {
		try {
			return Class.forName(name, false, Path.class.getClassLoader());
		}
		catch (ClassNotFoundException ex) {
			throw new IllegalStateException("there is no class " + name, ex);
		}
	}

	private IllegalStateException missing(String what) {
		return new IllegalStateException("there is no " + what);
	}

	@Override
	public String toString() {
		return this.text;
	}

}
