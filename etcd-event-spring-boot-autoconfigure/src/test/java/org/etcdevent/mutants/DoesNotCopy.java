package org.etcdevent.mutants;

import java.util.List;

import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.TypeInsnNode;

/**
 * {@code new Type(it)}, with one of the same type, is {@code it}.
 */
record DoesNotCopy(String type) implements Edit {

	@Override
	public int apply(Stretch stretch) {
		List<MethodInsnNode> all = stretch.calls(new Call(this.type + ".<init>"))
			.stream()
			.filter((each) -> each.desc.equals("(L" + each.owner + ";)V"))
			.toList();
		all.forEach((place) -> {
			AbstractInsnNode created = place.getPrevious();
			while (!(created instanceof TypeInsnNode it && it.getOpcode() == Opcodes.NEW
					&& it.desc.equals(place.owner))) {
				created = created.getPrevious();
			}
			stretch.body().instructions.remove(created.getNext());
			stretch.body().instructions.remove(created);
			stretch.body().instructions.remove(place);
		});
		return all.size();
	}

	@Override
	public String toString() {
		return "does not copy a " + this.type;
	}

}
