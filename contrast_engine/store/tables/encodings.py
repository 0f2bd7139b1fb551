"""Which encoding a table of text is in: by its mark, or by whether its bytes are UTF-8."""

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

_BLOCK = 1 << 20
_SAMPLE = 4096

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
"""The longest first: the mark of UTF-32 begins with that of UTF-16."""

_ESCAPED = re.compile("[\udc80-\udcff]")
_WIDE = re.compile("[^\x00-\x7f\udc80-\udcff]")
_NOT_IN_1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")


@dataclass(frozen=True)
class Encoding:
    """How the bytes of a table become text.

    Args:
        codec: Its name in Python.
        words: Its name for people.
        is_8_bit: True where it was concluded from the bytes being no UTF-8.
    """

    codec: str
    words: str
    is_8_bit: bool = False

    @property
    def errors(self) -> str:
        """Bytes that are no UTF-8 are kept, as they may be part of a file's name."""
        return "surrogateescape" if self.codec.startswith("utf-8") else "strict"


def encoding_of(path: Path) -> Encoding:
    """The encoding of a file of text; only a block of it is in memory at a time.

    Raises:
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        start = file.read(_SAMPLE)
    for mark, codec, words in _MARKS:
        if start.startswith(mark):
            return Encoding(codec, words)
    if start.startswith(codecs.BOM_UTF8):
        return Encoding("utf-8-sig", "UTF-8")
    return _of_two_bytes(start) or _of_bytes(path)


def is_binary(path: Path, encoding: Encoding) -> bool:
    """True where the first bytes are no text in any encoding: a picture, an archive."""
    if encoding.codec.startswith(("utf-16", "utf-32")):
        return False
    with path.open("rb") as file:
        start = file.read(_SAMPLE)
    controls = sum(byte < 32 and byte not in b"\t\n\r\f\x1a" for byte in start)
    return controls > max(1, len(start) // 50)


def _of_two_bytes(start: bytes) -> Encoding | None:
    """UTF-16 without its mark: every second byte of Western text is zero."""
    low, high = start[0::2], start[1::2]
    if len(high) < 2:
        return None
    zero_low, zero_high = low.count(0) / len(low), high.count(0) / len(high)
    if zero_high > 0.3 and zero_low < 0.05:
        return Encoding("utf-16-le", "UTF-16")
    if zero_low > 0.3 and zero_high < 0.05:
        return Encoding("utf-16-be", "UTF-16")
    return None


def _of_bytes(path: Path) -> Encoding:
    """UTF-8, or an 8-bit encoding where more bytes are no UTF-8 than letters are in it.

    A table of ours may hold the name of a file whose bytes are no UTF-8 among rows that are.
    """
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    escaped = wide = 0
    is_1252 = True
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            text = decoder.decode(block)
            if text.isascii():
                continue
            escaped += len(_ESCAPED.findall(text))
            wide += len(_WIDE.findall(text))
            is_1252 = is_1252 and not _NOT_IN_1252.search(block)
    escaped += len(decoder.decode(b"", final=True))  # a character cut off by the end of the file
    if escaped == 0:
        return Encoding("utf-8", "UTF-8")
    if wide >= escaped:
        return Encoding("utf-8", f"UTF-8 but for {escaped:,} bytes")
    if is_1252:
        return Encoding("cp1252", "Windows-1252", is_8_bit=True)
    return Encoding("latin-1", "Latin-1", is_8_bit=True)
