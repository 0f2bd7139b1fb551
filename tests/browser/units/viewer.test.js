import { dragged, fitted, fitScale, held, pixelAt, placed, zoomed, MOST } from "/components/viewer/zoom.js";
import { coloured, sharesInWords, shares, unpacked, valuesAt } from "/components/viewer/planes.js";
import { Steps } from "/components/stepper/steps.js";
import { equal, test } from "./testing.js";

const PICTURE = { width: 4000, height: 2000 }, STAGE = { width: 1000, height: 800 };

function packed(width, height, most, ...planes) {
  const buffer = new ArrayBuffer(12 + planes.flat().length), head = new DataView(buffer);
  head.setUint32(0, width, true);
  head.setUint32(4, height, true);
  head.setFloat32(8, most, true);
  new Uint8Array(buffer, 12).set(planes.flat());
  return buffer;
}

test("fitted, the whole picture lies in the middle of the stage; a tiny one is not blown up", () => {
  equal(placed(fitted(PICTURE, STAGE), PICTURE, STAGE), { left: 0, top: 150, width: 1000, height: 500 });
  equal(fitScale({ width: 10, height: 10 }, STAGE), 4);
});

test("the pixel under the pointer stays there while the scale changes", () => {
  for (const at of [{ x: 500, y: 400 }, { x: 320, y: 260 }, { x: 700, y: 600 }]) {
    const view = zoomed(fitted(PICTURE, STAGE), 1, { x: 500, y: 400 }, PICTURE, STAGE), larger = zoomed(view, 8, at, PICTURE, STAGE);
    const [before, after] = [view, larger].map(one => pixelAt(one, at, PICTURE, STAGE));
    equal(Math.abs(before.x - after.x) <= 1 && Math.abs(before.y - after.y) <= 1, true);
  }
});

test("at true pixels a pixel of the picture covers whole device pixels", () => {
  const { left, top, width } = placed(zoomed(fitted(PICTURE, STAGE), 1, { x: 333.3, y: 211.7 }, PICTURE, STAGE), PICTURE, STAGE);
  equal([left, top].map(Number.isInteger), [true, true]);
  equal(width, 4000);
});

test("neither dragging nor scale leaves what there is to see", () => {
  const near = zoomed(fitted(PICTURE, STAGE), 1, { x: 500, y: 400 }, PICTURE, STAGE);
  equal(dragged(near, 1e6, 1e6, PICTURE, STAGE), { scale: 1, x: 500, y: 400 });
  equal(held({ scale: 1e9, x: 0, y: 0 }, PICTURE, STAGE).scale, MOST);
  equal(held({ scale: 1e-9, x: 0, y: 0 }, PICTURE, STAGE), fitted(PICTURE, STAGE));
  equal(pixelAt(fitted(PICTURE, STAGE), { x: 500, y: 10 }, PICTURE, STAGE), null);
});

test("shares of clipped pixels are counted, never rounded to nothing", () => {
  const planes = unpacked(packed(2, 2, 0.5, [0, 255, 128, 128], [1, 2, 0, 0], [0, 255, 0, 0]));
  equal(shares(planes), { shadows: 0.25, highlights: 0.25 });
  equal(sharesInWords({ clipping: [...Array(9999).fill(0), 2] }), { shadows: "none", highlights: "under 0.1 %" });
  equal(valuesAt(planes, { x: 0.9, y: 0.1 }), { lightness: 100, local: 0.5 });
});

test("an overlay is see-through beside what is clipped, and covers the picture with values", () => {
  const planes = unpacked(packed(2, 1, 1, [0, 255], [0, 1], [0, 0]));
  equal([...coloured(planes, "clipping", [])].map((value, at) => at % 4 === 3 && value), [false, false, false, 0, false, false, false, 255]);
  equal([...coloured(planes, "lightness", ["#000000", "#ffffff"])], [0, 0, 0, 255, 255, 255, 255, 255]);
});

test("steps go on from the last one, and stay there until Python has drawn it", () => {
  const near = ["a", "b", "c"].map(id => ({ id })), steps = new Steps();
  steps.take({ near, at: 0, place: 7, total: 10 }, true);
  equal([steps.go(1).id, steps.go(1).id, steps.go(1), steps.place], ["b", "c", undefined, 9]);
  steps.take({ near, at: 1, place: 8, total: 10 }, false);
  equal([steps.id, steps.place], ["c", 9]);
  steps.take({ near, at: 0, place: 7, total: 10 }, true);
  equal([steps.id, steps.place], ["a", 7]);
});
