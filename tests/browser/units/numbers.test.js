import { readable, ticksBetween } from "/components/shared/numbers.js";
import { check, equal, test } from "./testing.js";

test("numbers are written in three digits with a real minus", () => {
  equal([0.123456, -2.5, 12345, 1e21, 1.5e-9].map(readable), ["0.123", "\u22122.5", "12,345", "1e21", "1.5e\u22129"]);
  equal([NaN, Infinity].map(readable), ["not known", "not known"]);
});

test("ticks are round, evenly spaced and between the ends", () => {
  for (const [low, high, count] of [[0, 1, 5], [-3.2, 8.9, 6], [0.00012, 0.00034, 4], [995, 1003, 8]]) {
    const ticks = ticksBetween(low, high, count), values = ticks.map(({ value }) => value);
    check(values.length >= 2 && values.length <= count + 2, `${values.length} ticks of about ${count}`);
    check(values.every(value => value >= low && value <= high), `${values} between ${low} and ${high}`);
    const step = values[1] - values[0], lead = step / 10 ** Math.floor(Math.log10(step) + 1e-9);
    check([1, 2, 5, 10].some(round => Math.abs(lead - round) < 1e-6), `steps of ${step}`);
  }
});

test("the texts of ticks have as many digits as tell them apart", () => {
  equal(ticksBetween(-0.1, 0.2, 4).map(({ text }) => text), ["\u22120.1", "0.0", "0.1", "0.2"]);
  equal(ticksBetween(0, 2000, 4).map(({ text }) => text), ["0", "500", "1000", "1500", "2000"]);
});
