"""Cells of a table of text as numbers, and the words a spreadsheet writes for what went wrong."""

import math
import re

MISSING = frozenset({"", "na", "n/a", "nan", "#n/a", "null", "none", "-nan"})
"""How tables write that a number is not known, in small letters."""

_WHOLE = re.compile(r"\s*[+-]?\d+\s*")
_FORMULA_ERROR = re.compile(r"#(?:[^\W\d_]{2,}|DIV/0)[?!]|#N/[AD]|#NV")
_DECIMAL_COMMA = re.compile(r"[+-]?(?:\d{1,3}(?:\.\d{3})+|\d+)?,\d+(?:[eE][+-]?\d+)?")


def number(cell: str, separator: str = ",") -> float:
    """The number in a cell; NaN where it says that there is none.

    Args:
        cell: The text.
        separator: What stands between cells: where it is no comma, 0,5 is a half.

    Raises:
        ValueError: It is no number.
    """
    text = cell.strip()
    if text.casefold() in MISSING:
        return math.nan
    if separator != "," and _DECIMAL_COMMA.fullmatch(text):
        text = text.replace(".", "").replace(",", ".")
    if "_" in text:  # Python takes 1_000 for a number, tables do not
        raise ValueError(text)
    return float(text)


def is_whole(cell: str) -> bool:
    """True where a cell is written as a whole number, or holds none."""
    return _WHOLE.fullmatch(cell) is not None or cell.strip().casefold() in MISSING


def is_formula_error(cell: str) -> bool:
    """True for what a spreadsheet saves in place of a formula's result: #NAME?, #REF!, #N/A."""
    return _FORMULA_ERROR.fullmatch(cell.strip().upper()) is not None
