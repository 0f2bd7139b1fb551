"""The features of one image as a table, each with its place among all images."""

import json
from collections.abc import Sequence

from contrast_engine import server
from pages.components import register

Row = tuple[str, str, float]
"""A feature in words, its value as text, and its percentile, 0 to 100."""


def show(rows: Sequence[Row], *, key: str, height: int, n: int, of: str) -> None:
    """Draw a table of features that scrolls, and can be sorted by percentile.

    The browser fetches the rows by address, once: opening an image again sends nothing.

    Args:
        rows: One per feature.
        key: Names this table.
        height: In pixels.
        n: How many images the percentiles are of.
        of: What the image is called, for a saved picture.
    """
    content = json.dumps([list(row) for row in rows]).encode()
    at = server.put(content, "application/json")
    _feature_values(key=key, data={"at": at, "height": height, "n": n, "of": of})


_feature_values = register(
    "feature_values", '<div class="feature_values"></div>', styles=("shared/saving.css",)
)
