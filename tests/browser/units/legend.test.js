import { colourTable, describeCode, isCodeShown, soloed } from "/components/map/legend.js";
import { equal, test } from "./testing.js";

const CLASSES = { kind: "classes", title: "Cluster", absent_name: "none",
  entries: [["Cluster 1", "#e69f00", 4], ["soft", "#56b4e9", 2]] };
const SCALE = { kind: "scale", title: "RMS contrast", unit: "", stops: ["#000000", "#80ff00", "#ffffff"],
  low: 0.1, high: 0.6, absent_name: "" };
const NOBODY = new Set();

function colour(table, code) {
  return [...table.subarray(4 * code, 4 * code + 4)];
}

test("a class has its own colour, and none once it is switched off", () => {
  equal(colour(colourTable(CLASSES, NOBODY), 1), [86, 180, 233, 235]);
  equal(colour(colourTable(CLASSES, new Set(["soft"])), 1), [86, 180, 233, 0]);
  equal(colour(colourTable(CLASSES, new Set(["none"])), 255), [0, 0, 0, 0]);
});

test("a scale runs through its stops, and what is not known is grey", () => {
  const table = colourTable(SCALE, NOBODY);
  equal([0, 127, 254].map(code => colour(table, code).slice(0, 3)), [[0, 0, 0], [128, 255, 0], [255, 255, 255]]);
  equal(colour(table, 255), [128, 128, 128, 130]);
});

test("what is hidden by name is hidden by code, and a scale hides nothing", () => {
  const hidden = new Set(["soft", "none"]);
  equal([0, 1, 255].map(code => isCodeShown(CLASSES, hidden, code)), [true, false, false]);
  equal(isCodeShown(SCALE, hidden, 7), true);
});

test("a double click shows only one class, and the same again shows all", () => {
  const only = soloed(CLASSES, NOBODY, "soft");
  equal([...only], ["Cluster 1", "none"]);
  equal([...soloed(CLASSES, only, "soft")], []);
  equal([...soloed(CLASSES, only, "Cluster 1")], ["soft", "none"]);
});

test("a card names the class or the value, with its unit and without repeating itself", () => {
  equal(describeCode(CLASSES, 0), ["", "Cluster 1"]);
  equal(describeCode(CLASSES, 1), ["Cluster", "soft"]);
  equal(describeCode(CLASSES, 255), ["Cluster", "none"]);
  equal(describeCode(SCALE, 127, 0.31415), ["RMS contrast", "0.314"]);
  equal(describeCode({ ...SCALE, unit: "bits" }, 127), ["RMS contrast", "0.35 bits"], "read off the colour");
  equal(describeCode(SCALE, 255, 0.2), ["RMS contrast", "not known"]);
});
