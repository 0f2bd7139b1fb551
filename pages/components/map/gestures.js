// Mouse, pen, touch and keys on the map, turned into what they mean.

import { corners } from "./geometry.js";

const CLICK_REACH = 4; // px a pressed pointer may tremble and still be a click
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

// `on` has: press(px, py) pan(dx, dy) turn(dx, dy) zoom(px, py, factor) fit() hover(px, py) leave() click(px, py)
// drawing(points, tool) region(points, mode) clear() step(dx, dy) pick() tool(name)
// pictures().
export function listenTo(canvas, current, on) {
  const pointers = new Map();
  let path = null, mode = "replace", tool = "pan", moved = 0, last = null;

  const place = event => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };

  const down = event => {
    if (event.button !== 0) return;
    canvas.focus({ preventScroll: true });
    canvas.classList.add("by-pointer"); // no focus frame for a click
    canvas.setPointerCapture(event.pointerId);
    const at = place(event);
    on.press(...at);
    pointers.set(event.pointerId, at);
    [moved, last] = [0, at];
    const adds = event.shiftKey, removes = event.altKey || event.ctrlKey || event.metaKey;
    mode = removes ? "remove" : adds ? "add" : "replace";
    const isMoving = current.tool === "pan" || current.tool === "turn";
    tool = isMoving && (adds || removes) ? "lasso" : current.tool;
    path = (isMoving && tool !== "lasso") || pointers.size > 1 ? null : [at];
  };

  const move = event => {
    const at = place(event);
    if (!pointers.has(event.pointerId)) return on.hover(...at);
    if (pointers.size === 2) return pinch(event.pointerId, at);
    moved += Math.hypot(at[0] - last[0], at[1] - last[1]);
    if (path) {
      const isBox = tool === "box";
      path = isBox ? [path[0], at] : [...path, at];
      if (moved > CLICK_REACH) on.drawing(isBox ? corners(path) : path);
    } else if (moved > CLICK_REACH) {
      on[tool === "turn" ? "turn" : "pan"](at[0] - last[0], at[1] - last[1]);
    }
    last = at;
    pointers.set(event.pointerId, at);
  };

  const up = event => {
    if (!pointers.delete(event.pointerId)) return;
    const drawn = path;
    path = null;
    on.drawing(null);
    if (moved <= CLICK_REACH) on.click(...place(event));
    else if (drawn && drawn.length > 1) on.region(tool === "box" ? corners(drawn) : drawn, mode);
  };

  const cancel = event => {
    pointers.delete(event.pointerId);
    path = null;
    on.drawing(null);
  };

  const pinch = (id, at) => {
    path = null;
    on.drawing(null);
    const [[otherId, other]] = [...pointers].filter(([key]) => key !== id);
    const before = pointers.get(id);
    const spread = (a, b) => Math.max(1, Math.hypot(a[0] - b[0], a[1] - b[1]));
    const middle = (a, b) => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
    const [from, to] = [middle(before, other), middle(at, other)];
    on.pan(to[0] - from[0], to[1] - from[1]);
    on.zoom(...to, spread(at, other) / spread(before, other));
    moved = Infinity;
    pointers.set(id, at).set(otherId, other);
  };

  const wheel = event => {
    event.preventDefault();
    const pixels = event.deltaY * [1, 16, 400][event.deltaMode];
    on.zoom(...place(event), Math.exp(-pixels * (event.ctrlKey ? 0.01 : 0.0016)));
  };

  const key = event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const centre = [canvas.clientWidth / 2, canvas.clientHeight / 2];
    const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const acts = {
      Escape: () => (path ? cancel({ pointerId: [...pointers.keys()][0] }) : on.clear()),
      Enter: () => on.pick(),
      l: () => on.tool("lasso"),
      b: () => on.tool("box"),
      p: () => on.tool("pan"),
      t: () => on.tool("turn"),
      i: () => on.pictures(),
      "+": () => on.zoom(...centre, 1.4),
      "=": () => on.zoom(...centre, 1.4),
      "-": () => on.zoom(...centre, 1 / 1.4),
      0: () => on.fit(),
    };
    const [dx, dy] = ARROWS[name] ?? [0, 0];
    const act = name in ARROWS
      ? () => (event.shiftKey ? on.turn(15 * dx, 15 * dy) : on.step(dx, dy))
      : acts[name];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    canvas.classList.remove("by-pointer");
    act();
  };

  const leave = event => event.pointerType === "touch" || on.leave(); // a finger leaves with every tap
  const listeners = { pointerdown: down, pointermove: move, pointerup: up, pointercancel: cancel,
    pointerleave: leave, keydown: key };
  for (const [name, act] of Object.entries(listeners)) canvas.addEventListener(name, act);
  canvas.addEventListener("wheel", wheel, { passive: false });
}
