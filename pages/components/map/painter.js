// Drawing the points: by WebGL2 where there is one, else on a plain canvas. Both painters take the
// same calls: setPoints, setCodes, setMarks, setColours, draw, clear, free. Only the first moves points
// to a new map: setOrigins, then draw with a `progress` from 0 to 1.

const VERTEX = `#version 300 es
in vec2 place;
in vec2 origin;           // where it comes from while a new map comes in
in float code;
in float mark;
in float depth;           // 1 in front, -1 behind; 0 on a flat map
uniform vec4 transform;
uniform float size;
uniform float progress;   // 0 at its origin, 1 at its place
uniform float pass;       // 0 draws what is dimmed or unknown, 1 what matters, on top
uniform bool hasMarks;
uniform bool isDeep;
uniform sampler2D colours;
out vec4 colour;
out float diameter;
void main() {
  colour = texelFetch(colours, ivec2(int(code + .5), 0), 0);
  bool isOut = mark > 1.5; // no filter lets it pass
  bool isDim = isOut || (hasMarks && mark < .5);
  bool isFirst = isDim || code > 254.5;
  if (isOut) colour = vec4(mix(colour.rgb, vec3(.5), .6), colour.a * .2);
  else if (isDim) colour.a *= .18;
  if (isDeep) colour.a *= .8 + .2 * depth;
  diameter = size * (isOut ? .8 : hasMarks && mark > .5 ? 1.25 : 1.) * (1. + .25 * depth);
  gl_PointSize = diameter;
  bool isDrawn = colour.a > 0. && isFirst == (pass < .5);
  gl_Position = isDrawn ? vec4(mix(origin, place, progress) * transform.xy + transform.zw, -.9 * depth, 1.) : vec4(2., 2., 2., 1.);
}`;

const FRAGMENT = `#version 300 es
precision highp float;
in vec4 colour;
in float diameter;
uniform vec3 rimColour;   // black on light paper, white on dark: it parts neighbours
out vec4 pixel;
void main() {
  float r = length(gl_PointCoord - .5) * diameter, rim = diameter * .5;
  float cover = 1. - smoothstep(rim - 1., rim, r);
  float edge = smoothstep(rim * .55, rim * .9, r) * .42;
  float alpha = colour.a * cover;
  if (alpha < .004) discard;
  pixel = vec4(mix(colour.rgb, rimColour, edge * .8) * alpha, alpha);
}`;

export class GlPainter {
  constructor(canvas) {
    this.canvas = canvas;
    const gl = canvas.getContext("webgl2", { antialias: false, premultipliedAlpha: true });
    if (!gl) throw new Error("no WebGL2 here");
    this.gl = gl;
    this._build();
  }

  _build() {
    const gl = this.gl;
    const program = gl.createProgram();
    for (const [kind, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
      const shader = gl.createShader(kind);
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS))
      throw new Error(gl.getProgramInfoLog(program) || "the graphics context is lost");
    gl.useProgram(program);
    this.at = name => gl.getUniformLocation(program, name);
    this.uniforms = Object.fromEntries(
      ["transform", "size", "progress", "pass", "hasMarks", "isDeep", "rimColour"].map(name => [name, this.at(name)]),
    );
    const attribute = (name, parts, type) => {
      const buffer = gl.createBuffer(), where = gl.getAttribLocation(program, name);
      gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
      gl.enableVertexAttribArray(where);
      gl.vertexAttribPointer(where, parts, type, false, 0, 0);
      return data => {
        gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
        gl.bufferData(gl.ARRAY_BUFFER, data, gl.STATIC_DRAW);
      };
    };
    this.putPlaces = attribute("place", 2, gl.FLOAT);
    this.setCodes = attribute("code", 1, gl.UNSIGNED_BYTE);
    this.setMarks = attribute("mark", 1, gl.UNSIGNED_BYTE);
    const sometimes = (name, parts) => {
      const put = attribute(name, parts, gl.FLOAT), where = gl.getAttribLocation(program, name);
      return data => {
        if (data) put(data);
        data ? gl.enableVertexAttribArray(where) : gl.disableVertexAttribArray(where);
      };
    };
    this.putDepths = sometimes("depth", 1);
    this.putOrigins = sometimes("origin", 2);
    this.progress = 1;
    this.setDepths(null);
    this.putOrigins(null);
    gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
    for (const side of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER])
      gl.texParameteri(gl.TEXTURE_2D, side, gl.NEAREST);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  }

  // Places are sent relative to their middle: float32 keeps its digits for deep zooms.
  setPoints(cloud) {
    const { left, right, bottom, top } = cloud.typical;
    [this.ox, this.oy, this.n] = [(left + right) / 2, (bottom + top) / 2, cloud.n];
    this.putPlaces(this._inMiddle(cloud.xy));
    this.setDepths(cloud.depth);
  }

  setDepths(depths) {
    this.isDeep = Boolean(depths);
    this.putDepths(depths);
  }

  // Where the points come from, as far as they are on their way; nothing once they are there.
  setOrigins(from) {
    this.putOrigins(from && this._inMiddle(from));
    this.progress = from ? 0 : 1;
  }

  _inMiddle(xy) {
    const places = new Float32Array(xy.length);
    for (let i = 0; i < places.length; i += 2) {
      places[i] = xy[i] - this.ox;
      places[i + 1] = xy[i + 1] - this.oy;
    }
    return places;
  }

  setColours(table) {
    const gl = this.gl;
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, 256, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, table);
  }

  draw(view, size, hasMarks, isDark, ratio = devicePixelRatio || 1) {
    const gl = this.gl;
    const [w, h] = [Math.round(view.width * ratio), Math.round(view.height * ratio)];
    if (this.canvas.width !== w || this.canvas.height !== h)
      [this.canvas.width, this.canvas.height] = [w, h];
    gl.viewport(0, 0, w, h);
    this.clear();
    if (!this.n) return;
    const [kx, ky] = [(2 * view.sx) / view.width, (2 * view.sy) / view.height];
    gl.uniform4f(this.uniforms.transform, kx, ky, (this.ox - view.cx) * kx, (this.oy - view.cy) * ky);
    gl.uniform1f(this.uniforms.size, size * ratio);
    gl.uniform1f(this.uniforms.progress, this.progress);
    gl.uniform1i(this.uniforms.hasMarks, hasMarks ? 1 : 0);
    gl.uniform3fv(this.uniforms.rimColour, isDark ? [1, 1, 1] : [0, 0, 0]);
    gl.uniform1i(this.uniforms.isDeep, this.isDeep ? 1 : 0);
    this.isDeep ? gl.enable(gl.DEPTH_TEST) : gl.disable(gl.DEPTH_TEST);
    for (const pass of [0, 1]) {
      gl.depthMask(pass === 1); // what is dimmed hides nothing
      gl.uniform1f(this.uniforms.pass, pass);
      gl.drawArrays(gl.POINTS, 0, this.n);
    }
  }

  clear() {
    this.gl.clearColor(0, 0, 0, 0);
    this.gl.depthMask(true);
    this.gl.clear(this.gl.COLOR_BUFFER_BIT | this.gl.DEPTH_BUFFER_BIT);
  }

  free() {
    this.gl.getExtension("WEBGL_lose_context")?.loseContext();
  }
}

export class PlainPainter {
  constructor(canvas) {
    this.canvas = canvas;
    this.brush = canvas.getContext("2d");
  }

  setPoints(cloud) {
    this.cloud = cloud;
  }

  setCodes(codes) {
    this.codes = codes;
  }

  setMarks(marks) {
    this.marks = marks;
  }

  setColours(table) {
    this.table = table;
  }

  draw(view, size, hasMarks, isDark, ratio = devicePixelRatio || 1) {
    const { brush, cloud, codes, marks, table } = this;
    this.canvas.width = Math.round(view.width * ratio);
    this.canvas.height = Math.round(view.height * ratio);
    brush.scale(ratio, ratio);
    if (!cloud || !codes || !table) return;
    const { depth } = cloud, order = depth && Uint32Array.from(depth.keys()).sort((p, q) => depth[p] - depth[q]);
    brush.strokeStyle = isDark ? "rgb(255 255 255 / 0.35)" : "rgb(0 0 0 / 0.35)";
    for (const pass of [0, 1]) {
      for (let k = 0; k < cloud.n; k++) {
        const i = order ? order[k] : k;
        const code = codes[i], isOut = marks[i] === 2, isDim = isOut || (hasMarks && !marks[i]), at = 4 * code;
        if ((isDim || code === 255) !== (pass === 0) || !table[at + 3]) continue;
        const [px, py] = view.toScreen(cloud.xy[2 * i], cloud.xy[2 * i + 1]);
        if (px < -9 || py < -9 || px > view.width + 9 || py > view.height + 9) continue;
        brush.globalAlpha = (table[at + 3] / 255) * (isOut ? 0.12 : isDim ? 0.18 : 1);
        brush.fillStyle = `rgb(${table[at]},${table[at + 1]},${table[at + 2]})`;
        brush.beginPath();
        brush.arc(px, py, size / 2, 0, 7);
        brush.fill();
        brush.stroke();
      }
    }
  }

  clear() {
    this.canvas.width = Number(this.canvas.width);
  }

  free() {}
}
