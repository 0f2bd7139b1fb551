// What a person said, numbered, and sent until Python has heard it: an append-only log, because
// triggers lose presses at key-repeat speed. The server may have been away, or the disk full.

const UNSAVED_AFTER = 4000; // ms without an answer before it is said to be unsaved

class Log {
  constructor(redraw) {
    this.token = newToken();
    this.seq = 0;
    this.pending = []; // said, not yet acknowledged
    this.isLate = false;
    this.redraw = redraw;
  }

  heard(data) {
    return data.acknowledged[this.token] ?? 0;
  }

  // Take in what Python has acknowledged; gives the entries that are saved since last time.
  settle(data, send) {
    this.send = send;
    const heard = this.heard(data);
    const saved = this.pending.filter(({ seq }) => seq <= heard);
    this.pending = this.pending.filter(({ seq }) => seq > heard);
    if (saved.length || !this.pending.length) this.isLate = false;
    if (!this.pending.length) clearTimeout(this.timer);
    return saved;
  }

  say(entry) {
    this.pending.push({ seq: ++this.seq, ...entry });
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

  // What tests and screen readers can see of it.
  mark(root) {
    root.dataset.seq = this.seq;
    root.dataset.saved = this.seq - this.waiting;
  }

  _send(attempt = 1) {
    this.send("log", { token: this.token, entries: [...this.pending], attempt });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.isLate = true;
      this.redraw();
      this._send(attempt + 1);
    }, UNSAVED_AFTER);
  }
}
