package org.etcdevent.mutants;

import java.util.List;

import org.objectweb.asm.Type;
import org.objectweb.asm.tree.MethodInsnNode;

/**
 * The method makes another call.
 *
 * @param path the call
 * @param anchor the call before which it is made, {@code null} for the start of the
 * method
 */
record AddsCall(Path path, Call anchor) implements Edit {

	@Override
	public int apply(Stretch stretch) {
		if (this.anchor != null) {
			List<MethodInsnNode> all = stretch.calls(this.anchor);
			all.forEach((place) -> stretch.insertBefore(place, this.path.call(stretch, Type.VOID_TYPE)));
			return all.size();
		}
		if (stretch.isLambda()) {
			return 0;
		}
		stretch.insertAtStart(this.path.call(stretch, Type.VOID_TYPE));
		return 1;
	}

	@Override
	public String toString() {
		return "calls " + this.path + ((this.anchor != null) ? " before " + this.anchor : " first");
	}

}
