// The images of a gallery in their order: the first come with the page, all others by address, 8
// bytes each, once somebody looks further. Their captions follow.

import { fetchedJson } from "../shared/fetching.js";

const BYTES = 8;

export class Order {
  constructor() {
    this.first = [];
    this.captions = [];
    this.n = 0;
    this.rest = "";
  }

  // Takes the first images; `rest` names where all are, "" where these are all.
  take({ n, ids, captions, rest, below }) {
    this.n = n;
    this.first = ids;
    const whole = this.captions;
    this.captions = captions;
    this.below = below;
    if (rest !== this.rest) this.all = this.coming = null;
    else if (this.all) this.captions = whole; // all of them are here already
    this.rest = rest;
  }

  // How many are known so far.
  get known() {
    return this.all ? this.n : this.first.length;
  }

  id(k) {
    if (k < this.first.length) return this.first[k];
    return this.all ? hex(this.all, k) : "";
  }

  caption(k) {
    return this.captions[k] ?? "";
  }

  ids(from, end) {
    const count = Math.max(0, Math.min(end, this.n) - from);
    return Array.from({ length: count }, (_, k) => this.id(from + k)).filter(Boolean);
  }

  // Where an image stands; -1 where it is not known to be among them.
  rowOf(id) {
    const early = this.first.indexOf(id);
    if (early >= 0 || !this.all || !id) return early;
    const wanted = bytesOf(id), { all } = this;
    for (let at = 0; at < all.length; at += BYTES) {
      let same = 0;
      while (same < BYTES && all[at + same] === wanted[same]) same++;
      if (same === BYTES) return at / BYTES;
    }
    return -1;
  }

  // Brings what is not known yet; calls `onNews` when there is something more to show.
  bring(onNews) {
    const { rest } = this;
    if (!rest || this.all) return Promise.resolve();
    if (this.coming?.rest === rest) return this.coming.all;
    const all = this._bring(rest, onNews).catch(error => {
      if (this.coming?.rest === rest) this.coming = null; // may be asked for again
      throw error;
    });
    this.coming = { rest, all };
    return all;
  }

  async _bring(rest, onNews) {
    const { below } = this;
    const answer = await fetch(rest);
    if (!answer.ok) throw new Error(answer.statusText);
    const all = new Uint8Array(await answer.arrayBuffer());
    if (rest !== this.rest) return;
    this.all = all;
    onNews();
    if (below) this._bringCaptions(rest, below, onNews);
  }

  async _bringCaptions(rest, below, onNews) {
    const captions = await fetchedJson(below).catch(() => null); // pictures can do without
    if (!captions || rest !== this.rest) return;
    this.captions = captions;
    onNews();
  }
}

function hex(bytes, k) {
  let text = "";
  for (let at = k * BYTES; at < (k + 1) * BYTES; at++) text += bytes[at].toString(16).padStart(2, "0");
  return text;
}

function bytesOf(id) {
  return id.match(/../g).map(pair => parseInt(pair, 16));
}

// Ids as one text, 16 hex digits each.
export function idsIn(text) {
  return text.match(/.{16}/g) ?? [];
}

// Ids of 8 bytes each.
export function idsOf(bytes) {
  return Array.from({ length: bytes.length / BYTES }, (_, k) => hex(bytes, k));
}
