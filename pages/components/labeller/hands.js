// Whose an image is to label, where several people label at once.

export class Hands {
  constructor({ held, own }, answers) {
    this.held = held ?? {};
    this.own = own && new Set(own);
    this.answers = answers;
  }

  // Who else has an open image now; nothing for one that has an answer.
  holder(card) {
    return this.answers.of(card) ? "" : (this.held[card.id] ?? "");
  }

  // True for an open image that is nobody's yet.
  isFree(card) {
    return !!this.own && !this.own.has(card.id) && !card.is_taken && !this.answers.of(card) && !this.holder(card);
  }

  // True for an image that another has now, or has labelled.
  isOthers(card) {
    return card.is_taken || !!this.holder(card) || (!!this.answers.of(card) && !this.answers.isOwn(card));
  }

  // Why an image is passed over, "" for one that is not.
  words(card) {
    if (card.is_taken && !this.answers.of(card)) return "labelled by another";
    const holder = this.holder(card);
    return holder && `with ${holder}`;
  }
}

const PATIENCE = 700, TRIES = 12; // ms between asking, and how often: then keys count all the same

// What was typed for images that are not handed out yet, in its order: none of it is lost.
export class Typed {
  // `look(card)` asks for an image; false where that has to wait.
  constructor(look) {
    this.look = look;
    this.acts = [];
    this.tries = 0;
  }

  // True while something waits: what is typed then comes after it.
  get isWaiting() {
    return this.acts.length > 0 && !this.isGiving;
  }

  // True if what is typed for an image has to wait.
  waits(card, hands) {
    return this.isWaiting || (!this.isGiving && this._isFree(card, hands));
  }

  // Keeps an act for later; one that `needs` its image waits until that is handed out.
  add(card, act, needs = true) {
    this.acts.push({ act, needs });
    if (card) this._ask(card);
  }

  // Does what waited, as far as the images are handed out now; asks for an image that is not.
  give(cardNow, hands, isBusy) {
    if (isBusy) return;
    this.isGiving = true;
    while (this.acts.length && !(this.acts[0].needs && this._isFree(cardNow(), hands))) {
      this.acts.shift().act();
      this.tries = 0;
    }
    this.isGiving = false;
    const card = cardNow();
    this.free();
    if (this.isRefused) this.asked = undefined; // asks at once
    if (this._isFree(card, hands)) this._ask(card);
    else if (!this.acts.length) this.tries = 0;
  }

  _isFree(card, hands) {
    return !!card && this.tries < TRIES && hands.isFree(card);
  }

  free() {
    clearTimeout(this.timer);
    this.timer = 0;
  }

  _ask(card) {
    const isOther = this.asked !== card.id;
    if (isOther) {
      this.free();
      this.tries = 0;
      this.asked = card.id;
    }
    if (this.timer || this.tries >= TRIES) return;
    this.timer = setTimeout(
      () => {
        this.timer = 0;
        this.isRefused = !this.look(card);
        if (!this.isRefused) this.tries++;
        this._ask(card); // again, unless an update hands it out
      },
      isOther ? 0 : PATIENCE,
    );
  }
}
