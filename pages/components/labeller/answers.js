// The answers given here, ahead of Python's own list, and the way back and forth through them.

export const UNSURE = "? unsure"; // stands where a label would, and is none

export class Answers {
  constructor() {
    this.given = new Map(); // by id
    this.fresh = new Set(); // ids of the images that were answered here, at whatever time
    this.past = []; // what an undo takes back: {id, before}
    this.future = []; // and what a redo gives again: {id, after}
  }

  // The label of an image, "" for none.
  of(card) {
    return this.given.get(card.id) ?? listed(card);
  }

  // True if what the image has was said here, just now.
  isFresh(card) {
    return this.fresh.has(card.id);
  }

  // True if what the image has is this annotator's own; false for another's, and for none.
  isOwn(card) {
    return !!this.of(card) && (this.given.has(card.id) || !card.by);
  }

  give(card, answer) {
    this.fresh.add(card.id);
    this.past.push({ id: card.id, before: this.of(card) });
    this.future = [];
    this.given.set(card.id, answer);
  }

  // Takes the last answer back; returns the id of its image, none if it was given before this mount.
  undo(cardOf) {
    const last = this.past.pop();
    if (!last) return undefined;
    this.future.push({ id: last.id, after: this.of(cardOf(last.id)) });
    this.given.set(last.id, last.before);
    return last.id;
  }

  // Gives again what was last taken back.
  redo(cardOf) {
    const next = this.future.pop();
    if (!next) return undefined;
    this.past.push({ id: next.id, before: this.of(cardOf(next.id)) });
    this.given.set(next.id, next.after);
    return next.id;
  }

  // Once Python's list has the same answer, that one counts.
  forgetListed(queue) {
    for (const card of queue) if (this.given.get(card.id) === listed(card)) this.given.delete(card.id);
  }
}

function listed(card) {
  return card.is_unsure ? UNSURE : card.label;
}
