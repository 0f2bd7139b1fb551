import { progressWords } from "/components/job_progress/progress_words.js";
import { PictureStrip } from "/components/job_progress/strip.js";
import { equal, test } from "./testing.js";

const running = { state: "running", done: 81, total: 1431, eta_seconds: 61 };

test("a scan says how far it is, what could not be used, how fast it goes and how long yet", () => {
  const events = [
    { t: 0, done: 1, total: 1431, problems: 0 },
    { t: 20, done: 31, total: 1431, problems: 1 },
    { t: 25, done: 81, total: 1431, problems: 2 },
  ];
  equal(
    progressWords(running, events),
    "Running \u00b7 81 of 1,431 \u00b7 2 problems \u00b7 10 images/s \u00b7 about 61 s left",
  );
  equal(
    progressWords({ ...running, eta_seconds: null }, events.slice(0, 2)),
    "Running \u00b7 81 of 1,431 \u00b7 1 problem",
  );
});

test("another job tells no speed of images, and one that is over how long it took", () => {
  equal(progressWords({ ...running, eta_seconds: 3 }, []), "Running \u00b7 81 of 1,431 \u00b7 about 3.0 s left");
  equal(progressWords({ state: "done", done: 5, total: 5 }, [{ t: 120 }]), "Done \u00b7 5 of 5 \u00b7 in 2 min");
  equal(progressWords({ state: "queued", done: 0, total: 0 }, []), "Waiting to start");
  equal(
    progressWords({ state: "queued", done: 0, total: 240, eta_seconds: 18 }, []),
    "Waiting to start \u00b7 0 of 240 \u00b7 about 18 s left",
  );
});

test("the strip shows the newest pictures first and keeps those that it has", () => {
  const strip = new PictureStrip({ newest: "/newest", thumb: "/thumb/{id}?v=2" });
  equal(strip.box.hidden, true);
  strip.take(["b", "a"]);
  const [first] = strip.box.children;
  strip.take(["c", "b", "a"]);
  equal([...strip.box.children].map(one => one.dataset.id), ["c", "b", "a"]);
  equal([strip.box.children[1] === first, strip.box.hidden], [true, false]);
  equal(first.getAttribute("src"), "/thumb/b?v=2");
  strip.take(Array.from({ length: 40 }, (_, i) => `${i}`));
  equal(strip.box.children.length, 24);
});
