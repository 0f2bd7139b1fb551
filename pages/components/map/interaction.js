// What somebody does on the map: looking, moving, opening an image, selecting by lasso.

import { asWritten } from "../shared/as_written.js";
import { address } from "./address.js";
import { fetched } from "./arrays.js";
import { rowsInside } from "./cloud.js";
import { simplified } from "./geometry.js";
import { colourTable, describeCode, isCodeShown, pressChips, soloed } from "./legend.js";
import { PICTURE_SIDE } from "./pictures.js";
import { ROBUST } from "./scale.js";
import { Scene } from "./scene.js";
import { keep, placesAt } from "./view_memory.js";

const MOST_CORNERS = 64; // of a lasso: it goes up as text, with one drawn just before it
const REST = 140; // ms without movement before other pictures are chosen

export class Interaction extends Scene {
  _acts() {
    const passive = ["hover", "leave", "press"]; // any other act is done on points that are there
    const whenReady = (act, name) => (...given) => {
      if (!this.cloud) return;
      if (!passive.includes(name)) this._arrive();
      act(...given);
    };
    const acts = {
      press: (px, py) => this._aim(px, py),
      pan: (dx, dy) => this._moved(() => this.view.panBy(dx, dy)),
      turn: (dx, dy) => this.turn && this._moved(() => this._turnBy(dx, dy)),
      zoom: (px, py, factor) => this._moved(() => this.view.zoomAt(px, py, factor)),
      fit: () => this._fit(),
      hover: (px, py) => this.transition || this._hover(this._nearest(px, py)),
      leave: () => this._hover(-1),
      click: (px, py) => this._pick(this.pressed ?? this._nearest(px, py)),
      drawing: points => this._drawPath(points),
      region: (points, mode) => this._region(points, mode),
      clear: () => this._clear(),
      step: (dx, dy) => this._step(dx, dy),
      pick: () => this._pick(this.focused),
      tool: name => this.chooseTool(name),
      pictures: () => this.showPictures(!this.pictures.isOn),
    };
    return Object.fromEntries(Object.entries(acts).map(([name, act]) => [name, whenReady(act, name)]));
  }

  chooseTool(name) {
    if (name === "turn" && !this.turn) return;
    this.tool = name;
    this.canvas.style.cursor = this._cursor();
    for (const button of this.tools.querySelectorAll("[data-tool]"))
      button.setAttribute("aria-pressed", String(button.dataset.tool === name));
    this._remember();
  }

  _cursor() {
    return { pan: "default", turn: "grab" }[this.tool] ?? "crosshair";
  }

  // The middle of the points stays where it is on the screen.
  _turnBy(dx, dy) {
    const { turn, view, cloud } = this, [x, y] = turn.at(turn.centre);
    turn.by(dx, dy);
    cloud.move(turn.project(), turn.extents(), turn.depth);
    const [newX, newY] = turn.at(turn.centre);
    view.cx += newX - x;
    view.cy += newY - y;
    if (view.extent) view.extent = cloud.typical;
    this.painter.setPoints(cloud);
  }

  showPictures(isOn) {
    this.pictures.isOn = isOn;
    this.tools.querySelector("[data-switch]").setAttribute("aria-pressed", String(isOn));
    keep("pictures", isOn);
    this.card.hide();
    this._choosePictures();
  }

  // Where the view rests. With a selection only its images are shown: the others stay dim points.
  async _choosePictures() {
    clearTimeout(this.choosing);
    if (!this.pictures.isOn) return this.draw();
    const first = await this._typical();
    const isWanted = i => this._isShown(i) && (!this.marks.count || this.marks.has(i));
    this.pictures.choose(this.cloud, this.view, first, isWanted);
    this.draw();
  }

  async _typical() {
    const { typical } = this.data.urls, { cloud } = this;
    if (this.typical?.url !== typical || this.typical.cloud !== cloud) {
      const ids = typical ? await fetched(typical, Uint8Array).catch(() => new Uint8Array(0)) : new Uint8Array(0);
      this.typical = { url: typical, cloud, rows: cloud.rowsOf(ids) };
    }
    return this.typical.rows;
  }

  // While points move, what is seen under the pointer is meant; then they are there, so that a lasso
  // is drawn around points that stay.
  _aim(px, py) {
    this.pressed = this.transition ? this._nearest(px, py, this.transition.snapshot()) : null;
    this._arrive();
  }

  _nearest(px, py, cloud = this.cloud) {
    const tile = cloud === this.cloud ? this.pictures.at(cloud, this.view, px, py) : -1;
    if (tile >= 0) return tile;
    const disc = this._size() / 2;
    return cloud.nearest(this.view, px, py, Math.max(8, disc + 3), disc, i => this._isShown(i));
  }

  _isShown(i) {
    return isCodeShown(this.data.legend, this.hidden, this.codes[i]) && (!this.passing || this.passing[i] === 1);
  }

  _hover(row) {
    this.hovered = row;
    if (row < 0) this.card.hide();
    else this._showCard(row);
    this.canvas.style.cursor = row >= 0 ? "pointer" : this._cursor();
    this.draw(true);
  }

  _showCard(row) {
    const [px, py] = this._screen(row);
    const gap = this.pictures.has(row) ? PICTURE_SIDE / 2 + 6 : 16;
    const words = describeCode(this.data.legend, this.codes[row], this.values?.[row]);
    const at = [px + this.plot.offsetLeft, py + this.plot.offsetTop];
    this.card.show(this.cloud.id(row), ...at, gap, words, this.data.urls);
    return words;
  }

  _pick(row) {
    if (row < 0) return;
    this.picked = this.focused = row;
    const { image } = this.data.urls;
    if (image) new Image().src = image.replace("{id}", this.cloud.id(row)); // the page asks later
    this.log.add({ kind: "pick", id: this.cloud.id(row) });
    if (this.data.isAlone) this._showCard(row); // nothing else shows it
    this.draw(true);
  }

  // Points an image out to whoever looks, as one that was chosen elsewhere.
  point(row) {
    this.picked = row;
    this.view.reveal(this.cloud.xy[2 * row], this.cloud.xy[2 * row + 1]);
    this._showCard(row);
    this.draw();
  }

  _step(dx, dy) {
    const from = this.focused >= 0 ? this.focused : this.picked;
    const middle = [this.view.width / 2, this.view.height / 2];
    const to = from >= 0
      ? this.cloud.towards(this.view, from, dx, dy, i => this._isShown(i))
      : this.cloud.nearest(this.view, ...middle, Math.max(...middle) * 3, 0, i => this._isShown(i));
    if (to < 0) return;
    this.focused = to;
    this.view.reveal(this.cloud.xy[2 * to], this.cloud.xy[2 * to + 1]);
    this.spoken.textContent = `Image ${to + 1} of ${this.cloud.n}, ${asWritten(this._showCard(to).join(" ").trim())}`;
    this.draw();
  }

  _region(points, mode) {
    const polygon = this.view.rounded(simplified(points, MOST_CORNERS));
    const turn = this.turn?.rows.slice(0, 2) ?? null;
    this.log.add({ kind: "lasso", polygon, mode, hidden: [...this.hidden], turn }); // the engine works meanwhile
    this.marks.set(rowsInside(this.cloud, polygon, i => this._isShown(i)), mode);
    this._count();
    this._choosePictures();
  }

  _clear() {
    this.marks.set([], "replace");
    this.picked = this.focused = -1;
    this.card.hide();
    this._count();
    this.log.add({ kind: "clear" });
    this._choosePictures();
  }

  _toggle(name) {
    this.hidden.has(name) ? this.hidden.delete(name) : this.hidden.add(name);
    this._recolour();
  }

  _solo(name) {
    this.hidden = soloed(this.data.legend, this.hidden, name);
    this._recolour();
  }

  _recolour() {
    pressChips(this.legendBox, this.hidden);
    this.colours = colourTable(this.data.legend, this.hidden);
    this.painter.setColours(this.colours);
    this._choosePictures();
  }

  _fit() {
    const isTypical = this.view.isFitted && this.view.extent === this.cloud.typical;
    const extent = isTypical && this.cloud.outside ? this.cloud.whole : this.cloud.typical;
    this._moved(() => this.view.fit(extent));
  }

  _moved(move) {
    move();
    this.hovered = -1;
    this.card.hide();
    this.draw();
    this._remember();
    clearTimeout(this.choosing);
    if (this.pictures.isOn) this.choosing = setTimeout(() => this._choosePictures(), REST);
  }

  _remember(after = 150) {
    clearTimeout(this.saving);
    if (!this.cloud) return;
    const name = placesAt(this.data), turn = this.turn && { yaw: this.turn.yaw, pitch: this.turn.pitch };
    this.saving = setTimeout(() => {
      keep(name, { view: this.view.save(), tool: this.tool, turn });
      const scale = this.scale === ROBUST || this.data.legend.kind !== "scale" ? "" : this.scale;
      address(name, this.view, turn, scale);
    }, after);
  }
}
