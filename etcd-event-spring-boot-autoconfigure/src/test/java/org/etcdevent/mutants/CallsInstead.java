package org.etcdevent.mutants;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;

import org.objectweb.asm.Type;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.MethodInsnNode;

/**
 * Another method, or another overload, is called on the same object.
 *
 * @param call the call that is made now
 * @param method the name of the method to call
 * @param constants the arguments to add after those that both take
 */
record CallsInstead(Call call, String method, Object[] constants) implements Edit {

	@Override
	public int apply(Stretch stretch) {
		List<MethodInsnNode> all = stretch.calls(this.call);
		all.forEach((place) -> stretch.replace(place, instead(place)));
		return all.size();
	}

	private InsnList instead(MethodInsnNode place) {
		Type[] given = Type.getArgumentTypes(place.desc);
		String descriptor = Type.getMethodDescriptor(target(place, given));
		Type[] taken = Type.getArgumentTypes(descriptor);
		int common = taken.length - this.constants.length;
		InsnList code = new InsnList();
		for (int i = given.length - 1; i >= common; i--) {
			code.add(Call.pop(given[i]));
		}
		for (int i = 0; i < this.constants.length; i++) {
			code.add(new Constant(this.constants[i]).push(taken[common + i]));
		}
		code.add(new MethodInsnNode(place.getOpcode(), place.owner, this.method, descriptor, place.itf));
		Type expected = Type.getReturnType(place.desc);
		Type result = Type.getReturnType(descriptor);
		if (!expected.equals(result)) {
			if (!result.equals(Type.VOID_TYPE)) {
				code.add(Call.pop(result));
			}
			if (!expected.equals(Type.VOID_TYPE)) {
				code.add(Constant.NOTHING.push(expected));
			}
		}
		return code;
	}

	private Method target(MethodInsnNode place, Type[] given) {
		List<Method> found = Arrays.stream(Path.classOf(place.owner.replace('/', '.')).getDeclaredMethods())
			.filter((each) -> each.getName().equals(this.method) && !isCalledAlready(each, place) && takes(each, given))
			.toList();
		if (found.size() != 1) {
			throw new IllegalStateException(
					"there is not one method " + this.method + " in " + place.owner + " but " + found.size());
		}
		return found.get(0);
	}

	private static boolean isCalledAlready(Method method, MethodInsnNode place) {
		return method.getName().equals(place.name) && Type.getMethodDescriptor(method).equals(place.desc);
	}

	private boolean takes(Method method, Type[] given) {
		Type[] taken = Type.getArgumentTypes(method);
		int common = taken.length - this.constants.length;
		return common >= 0 && common <= given.length
				&& Arrays.equals(Arrays.copyOf(taken, common), Arrays.copyOf(given, common));
	}

	@Override
	public String toString() {
		return "calls " + this.method + " instead of " + this.call;
	}

}
