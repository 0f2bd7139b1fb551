// Which part of the map is on the screen: centre in map units, scale in pixels per unit.

const FIT_MARGIN = 1.1; // a fitted extent leaves five percent free on every side

export class View {
  constructor(isEqual) {
    this.isEqual = isEqual;
    this.width = this.height = 1;
    this.cx = this.cy = 0;
    this.sx = this.sy = 1;
    this.isFitted = true; // until the person zooms or pans, a resize fits again
  }

  resize(width, height) {
    const grown = this.width > 1 ? width / this.width : 1;
    this.width = Math.max(1, width);
    this.height = Math.max(1, height);
    if (this.isFitted && this.extent) this.fit(this.extent);
    else if (this.isEqual) this.sx = this.sy = this.sx * grown;
    else this.sx *= grown;
  }

  fit(extent) {
    this.extent = extent;
    this.cx = (extent.left + extent.right) / 2;
    this.cy = (extent.bottom + extent.top) / 2;
    const sx = this.width / ((extent.right - extent.left) * FIT_MARGIN || 1);
    const sy = this.height / ((extent.top - extent.bottom) * FIT_MARGIN || 1);
    [this.sx, this.sy] = this.isEqual ? [Math.min(sx, sy), Math.min(sx, sy)] : [sx, sy];
    this.fitScale = this.sx;
    this.isFitted = true;
  }

  // How far in, compared with the fitted view.
  get zoom() {
    return this.sx / (this.fitScale || this.sx);
  }

  zoomAt(px, py, factor) {
    const limited = Math.min(Math.max(this.zoom * factor, 1e-4), 1e4) / this.zoom;
    const [x, y] = this.toMap(px, py);
    this.sx *= limited;
    this.sy *= limited;
    this.cx = x - (px - this.width / 2) / this.sx;
    this.cy = y + (py - this.height / 2) / this.sy;
    this.isFitted = false;
  }

  panBy(dx, dy) {
    this.cx -= dx / this.sx;
    this.cy += dy / this.sy;
    this.isFitted = false;
  }

  toScreen(x, y) {
    return [(x - this.cx) * this.sx + this.width / 2, this.height / 2 - (y - this.cy) * this.sy];
  }

  toMap(px, py) {
    return [(px - this.width / 2) / this.sx + this.cx, (this.height / 2 - py) / this.sy + this.cy];
  }

  // Screen places in map units, as few digits as a tenth of a pixel needs: they travel as text.
  rounded(points) {
    const [dx, dy] = [digitsAt(this.sx), digitsAt(this.sy)];
    const short = ([x, y]) => [Number(x.toFixed(dx)), Number(y.toFixed(dy))];
    return points.map(([px, py]) => short(this.toMap(px, py)));
  }

  // Pans so that a point is well inside; keyboard moves may lead off the screen.
  reveal(x, y) {
    const [px, py] = this.toScreen(x, y);
    const inset = 32;
    const dx = Math.min(0, px - inset) || Math.max(0, px - (this.width - inset));
    const dy = Math.min(0, py - inset) || Math.max(0, py - (this.height - inset));
    if (dx || dy) this.panBy(-dx, -dy);
  }

  // Scale is kept per pixel of width, so that it means the same after a page switch at another size.
  save() {
    const { cx, cy, isFitted } = this;
    return { cx, cy, isFitted, sx: this.sx / this.width, sy: this.sy / this.width };
  }

  // The same in as few digits as a tenth of a pixel needs; a scale of 0 means fitted.
  brief() {
    const { cx, cy, sx, sy, isFitted } = this.save();
    if (isFitted) return [0, 0, 0, 0];
    const short = scale => Number(scale.toPrecision(5));
    return [Number(cx.toFixed(digitsAt(this.sx))), Number(cy.toFixed(digitsAt(this.sy))), short(sx), short(sy)];
  }

  restore(saved) {
    if (!saved || saved.isFitted || ![saved.cx, saved.cy, saved.sx, saved.sy].every(Number.isFinite))
      return;
    Object.assign(this, { cx: saved.cx, cy: saved.cy, isFitted: false });
    this.sx = saved.sx * this.width;
    this.sy = saved.sy * this.width;
  }
}

// Digits after the point that tell a tenth of a pixel at so many pixels per unit.
function digitsAt(scale) {
  return Math.max(0, Math.min(12, Math.ceil(Math.log10(10 * scale))));
}

// The extent of all points, and one that a few outliers cannot stretch: the half percent at either
// end of each axis (at least one point) is left out where that makes the rest much larger.
export function extents(xy) {
  const n = xy.length / 2;
  const step = Math.max(1, Math.floor(n / 50000));
  const all = axis => {
    let low = Infinity, high = -Infinity;
    for (let i = axis; i < xy.length; i += 2) {
      if (xy[i] < low) low = xy[i];
      if (xy[i] > high) high = xy[i];
    }
    return [low, high];
  };
  const robust = (axis, [low, high]) => {
    if (n < 20) return [low, high];
    const sample = new Float32Array(Math.ceil(n / step));
    for (let i = 0, k = 0; i < n; i += step, k++) sample[k] = xy[2 * i + axis];
    sample.sort();
    const cut = Math.max(1, Math.round(sample.length * 0.005));
    const [from, to] = [sample[cut], sample[sample.length - 1 - cut]];
    const pad = (to - from) * 0.1;
    return high - low > 1.6 * (to - from) && to > from
      ? [Math.max(low, from - pad), Math.min(high, to + pad)]
      : [low, high];
  };
  const [x, y] = [all(0), all(1)];
  const box = ([left, right], [bottom, top]) => {
    const grow = right - left || top - bottom || 1; // one point, or all on a line, still has a size
    if (right === left) [left, right] = [left - grow / 2, right + grow / 2];
    if (top === bottom) [bottom, top] = [bottom - grow / 2, top + grow / 2];
    return { left, right, bottom, top };
  };
  const whole = box(x, y);
  const typical = box(robust(0, x), robust(1, y));
  let outside = 0;
  for (let i = 0; i < n; i++) {
    const px = xy[2 * i], py = xy[2 * i + 1];
    if (px < typical.left || px > typical.right || py < typical.bottom || py > typical.top) outside++;
  }
  return { whole, typical, outside };
}
