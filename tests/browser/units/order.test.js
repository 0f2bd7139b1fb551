import { idsIn, idsOf, Order } from "/components/gallery/order.js";
import { equal, check, test } from "./testing.js";

const N = 300, FIRST = 20;
const IDS = Array.from({ length: N }, (_, k) => (k * 7919).toString(16).padStart(16, "0"));

function blob(content) {
  return URL.createObjectURL(new Blob([content]));
}

function packed(ids) {
  return new Uint8Array(ids.flatMap(id => id.match(/../g).map(pair => parseInt(pair, 16))));
}

function said(more = {}) {
  const captions = IDS.slice(0, FIRST).map(id => `at ${id}`);
  return { n: N, ids: IDS.slice(0, FIRST), captions, rest: blob(packed(IDS)), below: "", ...more };
}

test("ids are read back from text and from bytes", () => {
  equal(idsIn(IDS.join("")), IDS);
  equal(idsOf(packed(IDS)), IDS);
});

test("the first images are known at once, the others once they are brought", async () => {
  const order = new Order(), news = [];
  order.take(said({ below: blob(JSON.stringify(IDS.map(id => `at ${id}`))) }));
  equal([order.known, order.id(FIRST), order.rowOf(IDS[150])], [FIRST, "", -1]);
  equal(order.rowOf(IDS[3]), 3);
  await Promise.all([order.bring(() => news.push(order.known)), order.bring(() => news.push("twice"))]);
  equal(news[0], N);
  for (const k of [0, FIRST - 1, FIRST, 150, N - 1]) equal([order.id(k), order.rowOf(IDS[k])], [IDS[k], k]);
  equal(order.ids(N - 2, N + 5), IDS.slice(-2));
  equal([order.rowOf(""), order.rowOf("f".repeat(16))], [-1, -1]);
  while (!order.caption(N - 1)) await new Promise(done => setTimeout(done, 5));
  equal([order.caption(N - 1), news.includes("twice")], [`at ${IDS[N - 1]}`, false]);
});

test("a list that came too late for another order is left aside", async () => {
  const order = new Order();
  order.take(said());
  const late = order.bring(() => check(false, "no news of an old order"));
  order.take({ n: 2, ids: IDS.slice(0, 2), captions: [], rest: "", below: "" });
  await late;
  equal([order.known, order.id(1), order.id(2)], [2, IDS[1], ""]);
});

test("a list that could not be brought is asked for again", async () => {
  const order = new Order();
  order.take(said({ rest: "blob:http://localhost/gone" }));
  for (let turn = 0; turn < 2; turn++) {
    const failed = await order.bring(() => {}).then(() => false, () => true);
    check(failed, "it cannot be there");
  }
});
