import { Log } from "/components/shared/log.js";
import { check, equal, test, withClock } from "./testing.js";

// A log, what it has sent, and Python as it acknowledges.
function started(options) {
  const sent = [], log = new Log(options), send = (name, state) => sent.push({ name, ...state });
  const answer = (last, token = log.token) => log.receive({ acknowledged: { [token]: last } }, send);
  log.receive({ acknowledged: {} }, send);
  return { log, sent, answer, numbers: () => sent.at(-1).entries.map(({ seq }) => seq) };
}

const SAVING = { onLate: () => {} };

test("entries are numbered from one without gaps and sent at once", () => {
  const { log, sent } = started();
  for (const id of ["a", "b", "c"]) log.add({ id });
  equal(sent.length, 3);
  const entries = [{ seq: 1, id: "a" }, { seq: 2, id: "b" }, { seq: 3, id: "c" }];
  equal(sent[2], { name: "log", token: log.token, entries, attempt: 1 });
});

test("each mount counts under a name of its own", () => {
  const tokens = new Set(Array.from({ length: 200 }, () => new Log().token));
  equal(tokens.size, 200);
  check([...tokens].every(token => token.length > 5), [...tokens][0]);
});

test("an entry is sent again with newer ones until it is acknowledged", () => {
  const { log, answer, numbers } = started();
  log.add({});
  log.add({});
  log.add({});
  answer(2);
  log.add({});
  equal(numbers(), [3, 4]);
  equal(log.waiting, 2);
  answer(4);
  log.add({});
  equal(numbers(), [5]);
});

test("what has been acknowledged is told once, oldest first", () => {
  const { log, answer } = started();
  for (const id of ["a", "b", "c"]) log.add({ id });
  equal(answer(2).map(({ id }) => id), ["a", "b"]);
  equal(answer(2), []);
  equal(answer(3).map(({ id }) => id), ["c"]);
});

test("an older answer that comes late brings nothing back", () => {
  const { log, answer, numbers } = started();
  for (let k = 0; k < 3; k++) log.add({});
  answer(3);
  equal(answer(1), []);
  equal(log.waiting, 0);
  log.add({});
  equal(numbers(), [4]);
});

test("the answer to another mount says nothing about this one", () => {
  const { log, answer } = started();
  log.add({});
  equal(answer(5, "another"), []);
  equal(log.waiting, 1);
  equal(log.acknowledged({ acknowledged: { another: 5 } }), 0);
});

test("data counts as answered once Python has acted upon everything", () => {
  const { log } = started(), data = last => ({ acknowledged: { [log.token]: last } });
  equal(log.isAnswered({ acknowledged: {} }), true, "nothing was done yet");
  log.add({});
  log.add({});
  equal([0, 1, 2].map(last => log.isAnswered(data(last))), [false, false, true]);
});

test("without an answer everything is sent again under its old numbers, and said to be late", () => {
  withClock(({ pass }) => {
    let late = 0;
    const { log, sent, numbers } = started({ onLate: () => late++ });
    log.add({ id: "a" });
    log.add({ id: "b" });
    pass(3900);
    equal([sent.length, late, log.trouble("")], [2, 0, ""]);
    pass(200);
    equal([sent.length, late, sent.at(-1).attempt], [3, 1, 2]);
    equal(numbers(), [1, 2]);
    equal(log.trouble(""), "the server does not answer");
    pass(8000);
    equal([late, sent.at(-1).attempt], [3, 4]);
    log.free();
    pass(60000);
    equal(late, 3, "a component that is gone is silent");
  });
});

test("an answer ends the sending and the lateness", () => {
  withClock(({ pass }) => {
    const { log, sent, answer } = started(SAVING);
    log.add({});
    log.add({});
    pass(5000);
    check(log.trouble("") !== "", "late");
    answer(1);
    equal(log.trouble(""), "", "something was saved");
    answer(2);
    const before = sent.length;
    pass(60000);
    equal(sent.length, before);
  });
});

test("a number always means the same entry, however often it is sent", () => {
  withClock(({ pass }) => {
    const { log, sent, answer } = started(SAVING), meant = new Map();
    for (let k = 0; k < 40; k++) {
      log.add({ id: `image ${k}` });
      if (k % 3 === 0) pass(4500);
      if (k % 5 === 0) answer(k - 2);
      if (k % 7 === 0) answer(k - 6);
    }
    for (const { token, entries } of sent)
      for (const { seq, id } of entries) {
        equal(token, log.token);
        equal(meant.get(seq) ?? id, id, `number ${seq}`);
        meant.set(seq, id);
      }
    equal(meant.size, 40);
    log.free();
  });
});

test("only what must be saved is sent again by itself", () => {
  withClock(({ pass }) => {
    const { log, sent } = started();
    log.add({});
    pass(60000);
    equal(sent.length, 1);
  });
});

test("an entry that a newer one makes idle goes, and so does one that is old enough", () => {
  withClock(({ pass }) => {
    const isIdle = (old, entry, age) => age > 1000 || old.kind === entry.kind;
    const { log, sent, numbers } = started({ isIdle });
    log.add({ kind: "pick", id: "a" });
    log.add({ kind: "lasso" });
    log.add({ kind: "pick", id: "b" });
    equal(numbers(), [2, 3]);
    equal(sent.at(-1).entries[1], { seq: 3, kind: "pick", id: "b" }, "no time is sent");
    pass(1500);
    log.add({ kind: "clear" });
    equal(numbers(), [4]);
  });
});

test("what Python could not save is said in its own words while it waits", () => {
  const { log, answer } = started();
  equal(log.trouble("the disk is full"), "", "nothing waits");
  log.add({});
  equal([log.trouble("the disk is full"), log.trouble("")], ["the disk is full", ""]);
  answer(1);
  equal(log.trouble("the disk is full"), "");
});

test("the page shows how many there are and how many are saved", () => {
  const { log, answer } = started(), root = document.createElement("div");
  for (let k = 0; k < 3; k++) log.add({});
  answer(1);
  log.mark(root);
  equal([root.dataset.seq, root.dataset.saved], ["3", "1"]);
});
