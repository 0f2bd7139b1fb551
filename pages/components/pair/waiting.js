// The pairs still to be compared, ahead of Python's own list: what was answered here and is not yet
// on disk is out of it, and what was taken back stands first again.

export class Waiting {
  constructor() {
    this.past = []; // pairs answered here, the last one last
  }

  answer(pair) {
    this.past.push(pair);
  }

  // The pair that an undo brings back; none if it was answered before this mount.
  undo() {
    return this.past.pop() ?? null;
  }

  // Python's list after the entries that it has not acted upon yet.
  after(queue, pending) {
    let left = [...queue];
    for (const { action, pair } of pending) {
      if (action === "answer") left = without(left, pair);
      else if (pair) left = [pair, ...without(left, pair)];
      else left = []; // only Python knows which one comes back: nothing to judge until it says so
    }
    return left;
  }
}

// As Python takes a pair away: by its images as they were shown, wherever it stands.
function without(queue, pair) {
  return queue.filter(one => one.left !== pair.left || one.right !== pair.right);
}
