// What the unit tests in this folder are written with.

export const tests = new Map();

export function test(sentence, run) {
  tests.set(sentence, run);
}

export function check(isTrue, words) {
  if (!isTrue) throw new Error(words);
}

export function equal(found, wanted, words = "") {
  const [left, right] = [found, wanted].map(value => JSON.stringify(value));
  check(left === right, `${words} found ${left}, wanted ${right}`);
}

export function near(found, wanted, most = 1e-6, words = "") {
  const [left, right] = [found, wanted].map(value => [value].flat());
  const isNear = left.length === right.length && left.every((value, k) => Math.abs(value - right[k]) <= most);
  check(isNear, `${words} found ${left}, wanted ${right} within ${most}`);
}

// Numbers between 0 and 1, the same in every run (Park & Miller 1988).
export function drawn(seed) {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

// The browser's clock in the hand of the test: `clock.pass(ms)` lets time go by.
export function withClock(run) {
  const real = { setTimeout, clearTimeout, now: performance.now };
  const waiting = new Map();
  let time = 0, number = 0;
  window.setTimeout = (act, after = 0) => (waiting.set(++number, { act, at: time + after }), number);
  window.clearTimeout = which => waiting.delete(which);
  performance.now = () => time;
  const pass = ms => {
    const end = time + ms;
    for (;;) {
      const due = [...waiting].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at)[0];
      if (!due) break;
      waiting.delete(due[0]);
      time = due[1].at;
      due[1].act();
    }
    time = end;
  };
  try {
    run({ pass });
  } finally {
    Object.assign(window, { setTimeout: real.setTimeout, clearTimeout: real.clearTimeout });
    performance.now = real.now;
  }
}
