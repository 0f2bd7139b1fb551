// A name somebody gave, in one line in which every character is seen and none moves another: a line
// break, a control character or a right-to-left override is shown as the escape that Python has for it.

const UNSEEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu;
const SHORT = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

export function asWritten(text) {
  return String(text).replace(UNSEEN, character => {
    const code = character.codePointAt(0), byte = code - 0xdc00; // bytes of a name that is no UTF-8
    if (SHORT[character]) return SHORT[character];
    if (byte >= 0x80 && byte <= 0xff) return `\\x${byte.toString(16)}`;
    return code <= 0xff ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}
