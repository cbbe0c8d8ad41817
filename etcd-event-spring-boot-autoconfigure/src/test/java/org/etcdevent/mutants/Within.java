package org.etcdevent.mutants;

/**
 * An edit only before, or only after, the first of some calls.
 */
record Within(Edit edit, Call anchor, boolean after) implements Edit {

	@Override
	public int apply(Stretch stretch) {
		return this.edit.apply(this.after ? stretch.after(this.anchor) : stretch.before(this.anchor));
	}

	@Override
	public boolean fits(int places) {
		return this.edit.fits(places);
	}

	@Override
	public String toString() {
		return this.edit + (this.after ? " after " : " before ") + this.anchor;
	}

}
