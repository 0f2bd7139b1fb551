// What a page says of a gallery, with the lists that come by address; each is fetched once.

import { fetchedJson } from "../shared/fetching.js";
import { idsIn, idsOf } from "./order.js";

export class Listed {
  // The data of a page with its `ids`, `captions` and `selected` in full.
  async take(data) {
    const [list, selected] = await Promise.all([this._images(data), this._selected(data)]);
    return { ...data, ...list, selected };
  }

  async _images({ at, ids, captions, n }) {
    if (!at) return { ids, captions: ids.map(id => captions[id] ?? ""), n: n ?? ids.length };
    if (this.list?.at !== at) {
      const { ids: text, captions: below } = await fetchedJson(at);
      this.list = { at, ids: idsIn(text), captions: below };
    }
    return { ids: this.list.ids, captions: this.list.captions, n: n ?? this.list.ids.length };
  }

  async _selected({ selected, selected_at: at }) {
    if (!at) return selected;
    if (this.marked?.at !== at) {
      const answer = await fetch(at);
      if (!answer.ok) throw new Error(answer.statusText);
      this.marked = { at, ids: idsOf(new Uint8Array(await answer.arrayBuffer())) };
    }
    return this.marked.ids;
  }
}
