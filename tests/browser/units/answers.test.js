import { Answers, UNSURE } from "/components/labeller/answers.js";
import { drawn, equal, test } from "./testing.js";

const QUEUE = [{ id: "a", label: "" }, { id: "b", label: "low" }, { id: "c", label: "", is_unsure: true }];

function cardOf(id) {
  return QUEUE.find(card => card.id === id);
}

function shown(answers) {
  return QUEUE.map(card => answers.of(card));
}

test("what is given here counts more than what Python has listed", () => {
  const answers = new Answers();
  equal(shown(answers), ["", "low", UNSURE]);
  answers.give(QUEUE[0], "high");
  answers.give(QUEUE[2], "high");
  equal(shown(answers), ["high", "low", "high"]);
});

test("undo brings each image back to what it had before, redo gives it again", () => {
  const answers = new Answers();
  for (const label of ["high", UNSURE]) answers.give(QUEUE[1], label);
  equal([answers.undo(cardOf), answers.of(QUEUE[1])], ["b", "high"]);
  equal([answers.undo(cardOf), answers.of(QUEUE[1])], ["b", "low"]);
  equal(answers.undo(cardOf), undefined);
  equal([answers.redo(cardOf), answers.of(QUEUE[1])], ["b", "high"]);
  equal([answers.redo(cardOf), answers.of(QUEUE[1])], ["b", UNSURE]);
  equal(answers.redo(cardOf), undefined);
});

test("a new answer ends what could be given again", () => {
  const answers = new Answers();
  answers.give(QUEUE[0], "low");
  answers.undo(cardOf);
  answers.give(QUEUE[1], "high");
  equal(answers.redo(cardOf), undefined);
});

test("any number of answers is taken back to the first and given again to the last", () => {
  const answers = new Answers(), random = drawn(3), states = [shown(answers)];
  for (let k = 0; k < 60; k++) {
    answers.give(QUEUE[Math.floor(3 * random())], ["low", "high", UNSURE][Math.floor(3 * random())]);
    states.push(shown(answers));
  }
  for (let k = 59; k >= 0; k--) {
    answers.undo(cardOf);
    equal(shown(answers), states[k]);
  }
  for (let k = 1; k <= 60; k++) {
    answers.redo(cardOf);
    equal(shown(answers), states[k]);
  }
});

test("an answer that Python has listed is no longer kept here, another one is", () => {
  const answers = new Answers();
  answers.give(QUEUE[0], "low");
  answers.give(QUEUE[1], "high");
  answers.forgetListed([{ id: "a", label: "low" }, { id: "b", label: "low" }]);
  equal([...answers.given], [["b", "high"]]);
});

test("it knows what was said here, and whose what stands there is", () => {
  const answers = new Answers(), theirs = { id: "d", label: "low", by: "bob" };
  equal([answers.isOwn(theirs), answers.isFresh(theirs)], [false, false]);
  equal([answers.isOwn(QUEUE[1]), answers.isFresh(QUEUE[1])], [true, false]);
  equal(answers.isOwn(QUEUE[0]), false);
  answers.give(theirs, "high");
  equal([answers.isOwn(theirs), answers.isFresh(theirs)], [true, true]);
});
