import { askEarly, sayServer } from "/components/front_door/early.js";
import { equal, test } from "./testing.js";

function served(href) {
  const page = { location: { href } };
  sayServer(page);
  return page.__streamlit.BACKEND_BASE_URL;
}

test("the server is one step above a page, whatever stands before it", () => {
  for (const rest of ["map", "map/", "map?colour=a/b&at=1#here"]) {
    equal(served(`http://here:1/${rest}`), "http://here:1/");
    equal(served(`https://here/behind/${rest}`), "https://here/behind/");
  }
});

test("what somebody said of the server before is left as it is", () => {
  const page = { location: { href: "http://here/map" }, __streamlit: { BACKEND_BASE_URL: "http://there/" } };
  sayServer(page);
  equal(page.__streamlit, { BACKEND_BASE_URL: "http://there/" });
});

test("scripts are asked for once Streamlit's own have run, and one that does not come hinders none", async () => {
  const asked = [], document = new EventTarget();
  document.baseURI = "http://here/behind/map";
  askEarly({ document }, ["./static/js/a.js", "/api/blob/b"], async address => {
    asked.push(address);
    throw new Error("away");
  });
  equal(asked, []);
  for (let turn = 0; turn < 2; turn++) document.dispatchEvent(new Event("DOMContentLoaded"));
  await new Promise(done => setTimeout(done));
  equal(asked, ["http://here/behind/static/js/a.js", "http://here/api/blob/b"]);
});
