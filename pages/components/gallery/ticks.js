// Which images are selected: some, or all but some, so that half a million cost nothing.

export class Ticks {
  constructor() {
    this.isAll = false;
    this.others = new Set(); // the selected ones, or with isAll those that are not
  }

  has(id) {
    return this.isAll !== this.others.has(id);
  }

  // Takes what the page says: "all" that are shown, or ids.
  take(selected) {
    this.isAll = selected === "all";
    this.others = new Set(this.isAll ? [] : selected);
  }

  // Selects or leaves these images; returns those for which that is a change.
  set(ids, isTicked) {
    const changed = ids.filter(id => this.has(id) !== isTicked);
    for (const id of changed) if (!this.others.delete(id)) this.others.add(id);
    return changed;
  }
}
