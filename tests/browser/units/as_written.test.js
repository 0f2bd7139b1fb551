import { asWritten } from "/components/shared/as_written.js";
import { element } from "/components/shared/elements.js";
import { equal, test } from "./testing.js";

test("what cannot be seen, or turns others round, is shown as its escape", () => {
  equal(
    ["a\nb", "a\r\tb", "\x1b[31mred", "\x00\x7f\x9b", "a\u2028b", "a\u202egpj.exe", "caf\udce9", "\ud800"].map(asWritten),
    ["a\\nb", "a\\r\\tb", "\\x1b[31mred", "\\x00\\x7f\\x9b", "a\\u2028b", "a\\u202egpj.exe", "caf\\xe9", "\\ud800"],
  );
});

test("what can be seen stays as it is", () => {
  const texts = ["<b>x</b> &amp; $a$", "\u05d0\u05d1 x", "\ud83d\ude04", "\u00e9\u3000\u200d", ""];
  equal(texts.map(asWritten), texts);
});

test("the text of an element is never markup", () => {
  const made = element("p", "", "<img src=x>\n");
  equal([made.children.length, made.textContent], [0, "<img src=x>\\n"]);
});
