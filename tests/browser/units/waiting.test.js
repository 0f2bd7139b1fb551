import { Waiting } from "/components/pair/waiting.js";
import { equal, test } from "./testing.js";

const [A, B, C, D] = "abcd".split("").map(left => ({ left, right: "z" }));

function names(queue) {
  return queue.map(pair => pair.left).join("");
}

test("what is answered and not yet on disk is out of the list, in any order of news", () => {
  const waiting = new Waiting();
  waiting.answer(A);
  waiting.answer(B);
  const answers = [A, B].map(pair => ({ action: "answer", pair }));
  equal(names(waiting.after([A, B, C], answers)), "c");
  equal(names(waiting.after([B, C, D], answers)), "cd"); // the news of the first is under way
  equal(names(waiting.after([C, D], [])), "cd");
});

test("what is taken back stands first, and can be answered and taken back again", () => {
  const waiting = new Waiting(), pending = [];
  const answer = pair => (waiting.answer(pair), pending.push({ action: "answer", pair }));
  const undo = () => pending.push({ action: "undo", pair: waiting.undo() });
  answer(A);
  answer(B);
  undo();
  equal(names(waiting.after([A, B, C], pending)), "bc");
  undo();
  equal(names(waiting.after([A, B, C], pending)), "abc");
  answer(A);
  equal(names(waiting.after([A, B, C], pending)), "bc");
  equal(names(waiting.after([B, C], pending.slice(3))), "bc"); // Python knows of both and one undo
  equal(names(waiting.after([A, B, C], pending.slice(4))), "bc");
});

test("a pair answered before this mount is shown only once Python says which it was", () => {
  const waiting = new Waiting();
  equal(waiting.undo(), null);
  equal(names(waiting.after([A, B], [{ action: "undo", pair: null }])), "");
});
