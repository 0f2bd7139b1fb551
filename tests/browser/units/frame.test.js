import { endings, endingWords } from "/components/frame/endings.js";
import { waitAfter } from "/components/frame/following.js";
import { mark } from "/components/frame/marking.js";
import { sign, told } from "/components/frame/steps.js";
import { equal, test } from "./testing.js";

const job = (id, state, doing = "Measuring") => ({ id, state, doing, words: doing, problem: "" });
const ids = jobs => jobs.map(one => one.id);

test("a job that ends is told of once, one of long ago never", () => {
  const before = [job("b", "running"), job("a", "done")], now = [job("b", "done"), job("a", "done")];
  equal(ids(endings(null, now)), []);
  equal(ids(endings(before, before)), []);
  equal(ids(endings(before, now)), ["b"]);
  equal(ids(endings(now, now)), []);
});

test("a job that began and ended between two looks is told of, and an older one that comes into sight is not", () => {
  const before = [job("b", "done")];
  equal(ids(endings(before, [job("c", "failed"), job("b", "done"), job("a", "done")])), ["c"]);
  equal(ids(endings([], [job("a", "done")])), ["a"]);
});

test("how a job ended is said in words, with why", () => {
  equal(endingWords(job("a", "done")), "Measuring is done.");
  equal(endingWords({ ...job("a", "failed"), problem: "The disk is full." }), "Measuring failed: The disk is full.");
});

test("it is asked more often while something runs", () => {
  equal(waitAfter({ jobs: [job("a", "done")] }) > 3 * waitAfter({ jobs: [job("a", "running")] }), true);
});

test("how a step stands is told by shape and words, not by colour alone", () => {
  const shapes = ["done", "out of date", "running", "to do"].map(standing => sign(standing).innerHTML);
  equal(new Set(shapes).size, 4);
  equal(told({ name: "measured", standing: "done", words: "81 of 81 images" }), "Measured: 81 of 81 images");
  equal(told({ name: "trained", standing: "out of date", words: "labels were given" }), "Trained: out of date: labels were given");
  equal(told({ name: "exported", standing: "to do", words: "" }), "Exported: to do");
});

test("the open page and its entry are marked, and nothing else stays marked", () => {
  const place = document.createElement("div");
  place.innerHTML = `<div data-testid="stSidebar"><a href="/gallery?x=1">Pictures</a><a href="/label">Label</a></div>
    <div class="st-key-tabs"><a href="/gallery">Gallery</a><a href="/map">Map</a><h1><a href="/map#map"></a></h1></div>`;
  const marked = () => [...place.querySelectorAll("a")].map(link => link.getAttribute("aria-current"));
  mark(place, { gallery: "true", map: "page" });
  equal(marked(), ["true", null, null, "page", null]);
  mark(place, { label: "page" });
  equal(marked(), [null, "page", null, null, null]);
});
