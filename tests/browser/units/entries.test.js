import { keepEntries } from "/components/front_door/entries.js";
import { numbered } from "/components/front_door/browser_number.js";
import { equal, test } from "./testing.js";

const HOST = "http://here";

// A browser of one tab: its entries, and Streamlit as it writes into them.
function opened(at) {
  const heard = {}, location = { href: HOST + at }, entries = [location.href];
  const go = isNew => (_state, _title, url) => {
    location.href = new URL(url, location.href).href;
    entries.splice(isNew ? entries.length : -1, isNew ? 0 : 1, location.href);
  };
  const page = {
    location, history: { state: null, pushState: go(true), replaceState: go(false) },
    addEventListener: (kind, act) => { heard[kind] = act; },
  };
  const tab = { settled: true, time: 0, entries: () => entries.map(url => url.slice(HOST.length)) };
  keepEntries(page, () => tab.settled, () => tab.time);
  tab.does = (kind = "pointerdown", detail = 1) => heard[kind]({ type: kind, detail });
  tab.writes = url => page.history.pushState({}, "", url);
  tab.replaces = url => page.history.replaceState({}, "", url);
  return tab;
}

test("what a page writes by itself makes no entry", () => {
  const tab = opened("/");
  for (const url of ["/collection", "/collection?workspace=1", "/collection?workspace=1&view=table"]) tab.writes(url);
  equal(tab.entries(), ["/collection?workspace=1&view=table"]);
});

test("a page opened by a person is one entry, with all that it writes by itself", () => {
  const tab = opened("/map?workspace=1");
  tab.does();
  for (const url of ["/gallery", "/gallery?show=all", "/gallery?show=all&size=128"]) tab.writes(url);
  equal(tab.entries(), ["/map?workspace=1", "/gallery?show=all&size=128"]);
});

test("what is opened or chosen is an entry, and how it is looked at is none", () => {
  const start = "/clusters?clustering=kmeans&size=96&f.folder=a&at=1&page=1&sort=path&cluster=2&image=a&slide=3&view=x&show=all";
  for (const [name, isEntry] of Object.entries({
    clustering: true, cluster: true, image: true, slide: true, view: true, show: true,
    size: false, "f.folder": false, at: false, page: false, sort: false,
  })) {
    for (const value of ["other", null]) {
      const tab = opened(start), to = new URL(start, HOST);
      if (value === null) to.searchParams.delete(name);
      else to.searchParams.set(name, value);
      tab.does();
      tab.writes(to.pathname + to.search);
      equal(tab.entries().length, isEntry ? 2 : 1, `${name} ${value}`);
    }
  }
});

test("one act makes one entry, however often the page writes", () => {
  const tab = opened("/clusters?clustering=kmeans");
  tab.does();
  tab.writes("/clusters?clustering=tree&view=x");
  tab.writes("/clusters?clustering=tree&view=y");
  tab.does("keydown");
  tab.writes("/clusters?clustering=tree&view=z");
  tab.does("click", 1); // its pointerdown was heard before
  tab.writes("/clusters?clustering=tree&view=x");
  equal(tab.entries().length, 3);
});

test("a default that comes after an early click is none, a picture opened early is one", () => {
  const tab = opened("/map");
  tab.settled = false;
  tab.does();
  tab.writes("/map?method=pca&view=flat");
  equal(tab.entries(), ["/map?method=pca&view=flat"]);
  tab.does();
  tab.writes("/map?method=pca&view=flat&image=a");
  equal(tab.entries().length, 2);
});

test("the address of a page is not left as that of the next one", () => {
  const tab = opened("/gallery?sort=path&size=96");
  tab.does();
  tab.writes("/gallery?view=like"); // Streamlit writes what the next page gets before it goes there
  tab.writes("/odd?view=like");
  equal(tab.entries().slice(0, 1).concat(tab.entries().slice(-1)), ["/gallery?sort=path&size=96", "/odd?view=like"]);
  equal(tab.entries().length, 2);
});

test("what is written after Back was pressed makes no entry, and a run that it overtook writes none", () => {
  const tab = opened("/map?method=pca");
  tab.does("keydown");
  tab.does("popstate");
  tab.writes("/gallery?method=pca");
  tab.replaces("/map?method=umap");
  tab.writes("/map?method=pca&image=a");
  tab.writes("/map?method=pca&size=96");
  equal(tab.entries(), ["/map?method=pca&size=96"]);
  tab.time = 10_000;
  tab.writes("/map?method=umap&size=96");
  equal(tab.entries(), ["/map?method=umap&size=96"]);
});

test("a browser is known by its own cookie only", () => {
  const number = "0123456789abcdef".repeat(2);
  equal(numbered(`a=1; contrast-browser=${number}; b=2`), number);
  equal([`x-contrast-browser=${number}`, "contrast-browser=<b>", ""].map(numbered), ["", "", ""]);
});
