"""What people typed or called their files, shown as it is written: text, never markup.

One function per place where text is shown: `markdown` for what Streamlit draws, `commonmark` for
files, `html`, `plotly` for the words of figures, and `plain` where nothing is read as markup (a
terminal, a table, a cell). All of them show what would move or hide other text, as a line break or
a right-to-left override, as the escape that Python writes for it.
"""

import re
import unicodedata
from collections.abc import Iterable
from html import escape

_UNSEEN = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Control characters, undecodable bytes, breaks of lines and paragraphs."""

_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They set the order in which the text around them is written."""

_BREAK = ":gray[]"
"""An empty element in Streamlit's Markdown.

Some patterns are looked for in text that is parsed already, where no backslash protects them: web
addresses, emoji, icons, arrows. With this inside, the text is two, and neither half is one.
"""

_HERE = "\0"  # stands for `_BREAK` until the rest is escaped; `plain` leaves none of its own
_LATE = re.compile(
    r"(?<=:)(?=[\w+-]+:|material/|//)|(?<=www)(?=\.)|(?<=[\w.+-])(?=@[\w-]+\.)", re.IGNORECASE
)
_ARROW = re.compile(r"(?<!\S)(?:<->|->|<-|--|>=|<=|~=)(?!\S)")

_ANYWHERE = r"[\\`*~$\[\]<|]|&(?=[#\w])|:(?!\s)|(?<![^\W_])_|_(?![^\W_])"
_MARKUP = re.compile(rf"{_ANYWHERE}|^[#>=]|^[-+](?=[-+\s]|$)")
_DOCUMENT = re.compile(rf"{_ANYWHERE}|^[#>=~]|^[-+](?=[-+\s]|$)|(?<=www)\.|@|~|\|")
_NUMBER = re.compile(r"^(\d+)([.)])(?=\s|$)")
_SPACES = re.compile(r"^\s+|\s+$|(?<=\s)\s+")


def plain(text: str) -> str:
    """The text in one line in which every character is seen and none moves another."""
    return text if text.isprintable() else "".join(map(_seen, text))


def markdown(text: str) -> str:
    """The text as Streamlit's Markdown, in which nothing of it is markup."""
    cut = _ARROW.sub(lambda found: _HERE.join(found[0]), _LATE.sub(_HERE, plain(text)))
    escaped = _NUMBER.sub(r"\1\\\2", _MARKUP.sub(r"\\\g<0>", cut))
    return _SPACES.sub(_kept, escaped).replace(_HERE, _BREAK)


def html(text: str) -> str:
    """The text as HTML, also between the quotes of an attribute."""
    return escape(plain(text), quote=True)


def html_lines(lines: Iterable[str]) -> str:
    """Several lines as HTML, one below the other where line breaks are kept."""
    return "\n".join(map(html, lines))


def commonmark(text: str) -> str:
    """The text as Markdown of any program, as GitHub's, in which nothing of it is markup."""
    escaped = _NUMBER.sub(r"\1\\\2", _DOCUMENT.sub(r"\\\g<0>", plain(text)))
    return _SPACES.sub(_kept, escaped)


def plotly(text: str) -> str:
    """The text as plotly reads the words of a figure: with a few tags, and names of characters."""
    return plain(text).replace("&", "&amp;").replace("<", "&lt;")


def _seen(character: str) -> str:
    if unicodedata.category(character) not in _UNSEEN and character not in _TURNING:
        return character
    byte = ord(character) - 0xDC00  # what `os.fsdecode` makes of a byte that is no UTF-8
    return f"\\x{byte:02x}" if 0x80 <= byte <= 0xFF else repr(character)[1:-1]


def _kept(spaces: re.Match[str]) -> str:
    """Spaces by number: Markdown would drop them, and not see a bold word between them."""
    return "".join("&nbsp;" if space == " " else f"&#{ord(space)};" for space in spaces[0])
