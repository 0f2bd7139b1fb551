import { Hands, Typed } from "/components/labeller/hands.js";
import { equal, test } from "./testing.js";

const A = { id: "a" }, B = { id: "b" }, C = { id: "c" };

function hands(data, given = {}) {
  return new Hands(data, { of: card => given[card.id] ?? "" });
}

test("an image in another's hands is passed over until it has an answer", () => {
  const found = hands({ held: { a: "Ada" }, own: ["b"] });
  equal([found.holder(A), found.words(A), found.isFree(A)], ["Ada", "with Ada", false]);
  equal(hands({ held: { a: "Ada" }, own: [] }, { a: "low" }).holder(A), "");
  equal(found.words({ id: "d", is_taken: true }), "labelled by another");
});

test("an image that is nobody's is free, and none is where everything may be labelled", () => {
  const found = hands({ held: { a: "Ada" }, own: ["b"] });
  equal([A, B, C].map(card => found.isFree(card)), [false, false, true]);
  equal(hands({ held: {}, own: null }).isFree(C), false);
});

test("keys for an image that is not handed out wait in their order, and none is lost", async () => {
  const queue = [B, C], done = [], asked = [];
  const typed = new Typed(card => asked.push(card.id) > 0);
  let place = 0;
  const act = name => () => {
    done.push(`${name} ${queue[place].id}`);
    place++;
  };
  const before = hands({ held: {}, own: [] });
  equal(typed.waits(B, before), true);
  typed.add(B, act("first"));
  typed.add(B, act("second"));
  await new Promise(after => setTimeout(after, 20));
  equal([asked, done], [["b"], []]);
  typed.give(() => queue[place], hands({ held: {}, own: ["b"] }), false);
  equal(done, ["first b"]);
  typed.give(() => queue[place], hands({ held: {}, own: ["c"] }), false);
  equal([done, typed.acts.length], [["first b", "second c"], 0]);
  typed.free();
});

test("what is typed after a key that waits comes after it, whatever it is", () => {
  const queue = [B, C], done = [], typed = new Typed(() => true);
  typed.add(B, () => done.push("label b"));
  equal(typed.isWaiting, true);
  typed.add(null, () => done.push("back"), false);
  typed.give(() => queue[0], hands({ held: {}, own: [] }), false);
  equal(done, []);
  typed.give(() => queue[0], hands({ held: {}, own: ["b"] }), false);
  equal([done, typed.isWaiting], [["label b", "back"], false]);
  typed.free();
});
