// How a picture lies on a stage. `scale` is device pixels per pixel of the picture, so that 1 shows
// true pixels on every screen; x and y are the place of the picture in the middle of the stage.

export const MOST = 32;
const LARGEST_FIT = 4; // a tiny picture is not blown up to a wall of squares

export function fitScale(picture, stage) {
  return Math.min(stage.width / picture.width, stage.height / picture.height, LARGEST_FIT);
}

export function fitted(picture, stage) {
  return { scale: fitScale(picture, stage), x: picture.width / 2, y: picture.height / 2 };
}

// The view with its scale within limits, and no more of the surround than needed.
export function held(view, picture, stage) {
  const scale = Math.min(MOST, Math.max(Math.min(1, fitScale(picture, stage)), view.scale));
  const within = (at, length, room) => {
    const half = room / scale / 2;
    return half * 2 >= length ? length / 2 : Math.min(length - half, Math.max(half, at));
  };
  return { scale, x: within(view.x, picture.width, stage.width), y: within(view.y, picture.height, stage.height) };
}

// The view at another scale; the pixel at a place of the stage stays there.
export function zoomed(view, scale, at, picture, stage) {
  const to = Math.min(MOST, Math.max(Math.min(1, fitScale(picture, stage)), scale));
  const dx = at.x - stage.width / 2, dy = at.y - stage.height / 2;
  const moved = { scale: to, x: view.x + dx / view.scale - dx / to, y: view.y + dy / view.scale - dy / to };
  return held(moved, picture, stage);
}

export function dragged(view, dx, dy, picture, stage) {
  return held({ ...view, x: view.x - dx / view.scale, y: view.y - dy / view.scale }, picture, stage);
}

// Where the picture lies on the stage; on whole device pixels where its own are shown.
export function placed(view, picture, stage) {
  const whole = view.scale >= 1 ? Math.round : value => value;
  return {
    left: whole(stage.width / 2 - view.x * view.scale),
    top: whole(stage.height / 2 - view.y * view.scale),
    width: picture.width * view.scale,
    height: picture.height * view.scale,
  };
}

// The pixel of the picture at a place of the stage; nothing beside the picture.
export function pixelAt(view, at, picture, stage) {
  const { left, top } = placed(view, picture, stage);
  const x = Math.floor((at.x - left) / view.scale), y = Math.floor((at.y - top) / view.scale);
  return x >= 0 && y >= 0 && x < picture.width && y < picture.height ? { x, y } : null;
}
