// Which image of a row is looked at, while Python may be a few steps behind. Python names the images
// near the one that it has drawn; the row goes on beyond them once it has drawn again.

export class Steps {
  take(data, isAnswered) {
    this.data = data;
    if (isAnswered || !data.near.some(({ id }) => id === this.id)) this.id = data.near[data.at]?.id;
  }

  get at() {
    return this.data.near.findIndex(({ id }) => id === this.id);
  }

  // Its place among all, from 0.
  get place() {
    return this.data.place + this.at - this.data.at;
  }

  near(by) {
    return this.data.near[this.at + by];
  }

  // Goes on by one step and gives the image there; nothing at the end, or where it is not known yet.
  go(by) {
    const next = this.near(by);
    if (next) this.id = next.id;
    return next;
  }
}
