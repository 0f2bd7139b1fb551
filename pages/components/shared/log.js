// What somebody did in a component, numbered, and kept until Python has acknowledged it: an
// append-only log, because triggers lose presses at key-repeat speed. The Python side is events.py.

const UNSAVED_AFTER = 4000; // ms without an answer before it is called unsaved

export class Log {
  // With `onLate`, nothing may get lost: what has no answer in time is sent again, and called late:
  // the server may have been away, or the disk full. `isIdle(old, entry, age)` tells of an entry not
  // yet acknowledged whether it may go because a newer one is made.
  constructor({ onLate = null, isIdle = () => false } = {}) {
    this.token = newToken();
    this.seq = 0;
    this.pending = []; // added, not yet acknowledged
    this.isLate = false;
    this.onLate = onLate;
    this.isIdle = isIdle;
  }

  // The last number that Python has acted upon.
  acknowledged(data) {
    return data.acknowledged[this.token] ?? 0;
  }

  // Whether `data` was made after everything done here was acted upon.
  isAnswered(data) {
    return this.acknowledged(data) >= this.seq;
  }

  // Takes in what Python has acknowledged; returns the entries that are since last time.
  receive(data, send) {
    this.send = send;
    const last = this.acknowledged(data);
    const acknowledged = this.pending.filter(({ seq }) => seq <= last);
    this.pending = this.pending.filter(({ seq }) => seq > last);
    if (acknowledged.length || !this.pending.length) this.isLate = false;
    if (!this.pending.length) clearTimeout(this.timer);
    return acknowledged;
  }

  add(entry) {
    const now = performance.now();
    this.pending = this.pending.filter(old => !this.isIdle(old, entry, now - old.at));
    this.pending.push({ seq: ++this.seq, ...entry, at: now });
    this._send();
  }

  free() {
    clearTimeout(this.timer);
  }

  get waiting() {
    return this.pending.length;
  }

  // Why nothing is saved at the moment, or nothing where all is well.
  trouble(problem) {
    if (!this.isLate && !(this.waiting && problem)) return "";
    return problem || "the server does not answer";
  }

  // What tests and screen readers can see of it; `more` is what was done and is not in it yet.
  mark(root, more = 0) {
    root.dataset.seq = this.seq + more;
    root.dataset.saved = this.seq - this.waiting;
  }

  _send(attempt = 1) {
    const entries = this.pending.map(({ at, ...entry }) => entry);
    this.send("log", { token: this.token, entries, attempt });
    if (!this.onLate) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.isLate = true;
      this.onLate();
      this._send(attempt + 1);
    }, UNSAVED_AFTER);
  }
}

// A name for one mount of a component; what is done there is numbered within it.
function newToken() {
  return Math.random().toString(36).slice(2, 12);
}
