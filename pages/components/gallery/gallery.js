// Thumbnails in a grid with one tab stop: arrows move within it, Enter opens, Space selects.

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".gallery");
  const gallery = (root.gallery ??= new Gallery(root));
  gallery.update(data, setStateValue);
}

class Gallery {
  constructor(root) {
    this.root = root;
    this.token = newToken();
    this.log = [];
    this.seq = 0;
    this.chosen = new Set();
    this.at = 0;
    root.setAttribute("role", "listbox");
    root.setAttribute("aria-multiselectable", "true");
    root.setAttribute("aria-label", "Images. Enter opens, Space selects.");
    root.addEventListener("click", event => this._click(event));
    root.addEventListener("keydown", event => this._key(event));
  }

  update(data, send) {
    const before = this.data;
    this.data = data;
    this.send = send;
    const isNews = before?.run !== data.run && (data.acknowledged[this.token] ?? 0) >= this.seq;
    if (isNews && data.selected) this.chosen = new Set(data.selected);
    this.chosen = new Set([...this.chosen].filter(id => data.ids.includes(id)));
    if (before?.ids.join() !== data.ids.join()) this.at = 0;
    this.root.style.setProperty("--size", `${data.size}px`);
    while (this.root.children.length > data.ids.length) this.root.lastChild.remove();
    while (this.root.children.length < data.ids.length) this.root.append(tile());
    data.ids.forEach((id, k) => this._fill(this.root.children[k], id, k));
    this._show();
  }

  _fill(box, id, k) {
    const caption = this.data.captions[id] ?? "";
    const [picture] = box.querySelectorAll("img");
    if (box.dataset.id !== id) {
      box.dataset.id = id;
      picture.src = this.data.thumb.replace("{id}", id);
    }
    picture.alt = caption || `Image ${k + 1} of ${this.data.ids.length}`;
    const text = box.querySelector(".caption");
    text.textContent = text.title = caption;
    text.hidden = !caption;
  }

  _show() {
    [...this.root.children].forEach((box, k) => {
      box.tabIndex = k === this.at ? 0 : -1;
      box.setAttribute("aria-selected", String(this.chosen.has(box.dataset.id)));
      box.toggleAttribute("data-opened", box.dataset.id === this.data.opened);
    });
  }

  _click(event) {
    const box = event.target.closest(".tile");
    if (!box) return;
    const to = [...this.root.children].indexOf(box);
    if (event.shiftKey) this._choose(this.at, to);
    else if (event.ctrlKey || event.metaKey) this._flip(to);
    else this._open(to);
    this.at = to;
    this._show();
  }

  _key(event) {
    const columns = getComputedStyle(this.root).gridTemplateColumns.split(" ").length;
    const last = this.data.ids.length - 1;
    const moves = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns,
      Home: -this.at, End: last - this.at };
    const to = Math.max(0, Math.min(last, this.at + (moves[event.key] ?? 0)));
    if (event.key in moves) {
      if (event.shiftKey) this._choose(this.at, to);
      this.at = to;
      this._show();
      this.root.children[to].focus();
    } else if (event.key === "Enter") this._open(this.at);
    else if (event.key === " ") this._flip(this.at);
    else if (event.key === "Escape" && this.chosen.size) this._choose(0, -1, new Set());
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  _open(k) {
    this.data = { ...this.data, opened: this.data.ids[k] }; // the mark need not wait for the page
    this._show();
    this._say({ opened: this.data.ids[k] });
  }

  _flip(k) {
    const id = this.data.ids[k];
    if (!this.chosen.delete(id)) this.chosen.add(id);
    this._show();
    this._say({});
  }

  _choose(from, to, chosen = new Set(this.chosen)) {
    for (let k = Math.min(from, to); k <= Math.max(from, to) && to >= 0; k++) chosen.add(this.data.ids[k]);
    this.chosen = chosen;
    this._show();
    this._say({});
  }

  _say(entry) {
    const heard = this.data.acknowledged[this.token] ?? 0;
    const selected = this.data.ids.filter(id => this.chosen.has(id));
    this.log = [...this.log.filter(({ seq }) => seq > heard), { ...entry, selected, seq: ++this.seq }];
    this.send("log", { token: this.token, entries: this.log });
  }
}

function tile() {
  const box = element("button", "tile"), well = element("span", "well"), picture = new Image();
  box.type = "button";
  box.setAttribute("role", "option");
  picture.loading = "lazy";
  picture.decoding = "async";
  well.append(picture);
  box.append(well, element("span", "caption"));
  return box;
}
