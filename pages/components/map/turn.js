// A map with three directions, seen from a side: its points in the plane of the screen.

const TURN_START = [0.5, 0.35]; // radians to the right and upwards: no axis hides another
const TURN_PER_PX = 0.008;

export class Turn {
  constructor(xyz) {
    this.xyz = xyz;
    this.n = xyz.length / 3;
    this.xy = new Float32Array(2 * this.n);
    this.depth = new Float32Array(this.n); // 1 in front, -1 behind
    [this.yaw, this.pitch] = TURN_START;
    this._measure();
  }

  // Right, up and towards the viewer, in map directions.
  get rows() {
    const [cy, sy, cp, sp] = [Math.cos(this.yaw), Math.sin(this.yaw), Math.cos(this.pitch), Math.sin(this.pitch)];
    return [[cy, 0, -sy], [sp * sy, cp, sp * cy], [cp * sy, -sp, cp * cy]];
  }

  by(dx, dy) {
    this.yaw += dx * TURN_PER_PX;
    this.pitch = Math.max(-1.57, Math.min(1.57, this.pitch + dy * TURN_PER_PX));
  }

  at([x, y, z]) {
    return this.rows.map(([a, b, c]) => a * x + b * y + c * z);
  }

  // In float64 and in this order, then rounded: the engine computes the same for a lasso.
  project() {
    const { xyz, xy, depth, n } = this, [[a, b, c], [d, e, f], [g, h, k]] = this.rows;
    const middle = this.at(this.centre)[2], scale = 1 / this.radius;
    for (let i = 0; i < n; i++) {
      const x = xyz[3 * i], y = xyz[3 * i + 1], z = xyz[3 * i + 2];
      xy[2 * i] = a * x + b * y + c * z;
      xy[2 * i + 1] = d * x + e * y + f * z;
      depth[i] = Math.max(-1, Math.min(1, (g * x + h * y + k * z - middle) * scale));
    }
    return xy;
  }

  // A box that holds the points from every side, so that turning never changes the scale.
  box(radius) {
    const [x, y] = this.at(this.centre);
    return { left: x - radius, right: x + radius, bottom: y - radius, top: y + radius };
  }

  extents() {
    return { typical: this.box(this.radius), whole: this.box(this.farthest), outside: this.outside };
  }

  _measure() {
    const { xyz, n } = this, step = Math.max(1, Math.floor(n / 20000));
    const middle = axis => {
      const values = [];
      for (let i = 0; i < n; i += step) values.push(xyz[3 * i + axis]);
      return values.sort((p, q) => p - q)[values.length >> 1] ?? 0;
    };
    this.centre = [middle(0), middle(1), middle(2)];
    const [x, y, z] = this.centre, away = new Float32Array(n);
    for (let i = 0; i < n; i++) away[i] = Math.hypot(xyz[3 * i] - x, xyz[3 * i + 1] - y, xyz[3 * i + 2] - z);
    const sorted = away.slice().sort(), most = sorted[n - 1] || 1;
    const usual = (sorted[Math.floor((n - 1) * 0.99)] || most) * 1.1;
    this.farthest = most;
    this.radius = most > 1.6 * usual ? usual : most; // a few outliers do not shrink the rest
    this.outside = away.reduce((sum, d) => sum + (d > this.radius), 0);
  }
}

// Three lines through the middle, with the names of the directions where they have any.
export function drawDirections(brush, turn, view, names, style) {
  const ink = style.getPropertyValue("--ink"), font = `12px ${style.fontFamily}`;
  const centre = turn.at(turn.centre), reach = turn.radius * 0.8;
  Object.assign(brush, { strokeStyle: ink, fillStyle: ink, lineWidth: 1, font });
  ["x", "y", "z"].forEach((direction, k) => {
    const [dx, dy] = turn.rows.map(row => row[k] * reach);
    const from = view.toScreen(centre[0] - dx, centre[1] - dy), to = view.toScreen(centre[0] + dx, centre[1] + dy);
    brush.globalAlpha = 0.35;
    brush.beginPath();
    brush.moveTo(...from);
    brush.lineTo(...to);
    brush.stroke();
    if (!names[direction]) return;
    brush.globalAlpha = 0.85;
    brush.textAlign = to[0] < from[0] ? "right" : "left";
    brush.fillText(names[direction], to[0] + (to[0] < from[0] ? -6 : 6), to[1] + 4);
  });
  brush.globalAlpha = 1;
}
