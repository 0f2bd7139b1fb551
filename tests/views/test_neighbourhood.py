"""Previous and next: which images somebody looks through."""

import pytest

from contrast_engine.imageset import ImageId, ImageSet
from contrast_engine.views.image.neighbourhood import row_of

A, B, C, D = (ImageId(f"{n:016x}") for n in range(4))
ALL = ImageSet.of([A, B, C, D])


@pytest.mark.parametrize(
    ("selected", "group", "passing", "row", "words"),
    [
        ([], None, None, [A, B, C, D], "images"),
        ([A, C], None, None, [A, C], "selected"),
        ([A], None, None, [A, B, C, D], "images"),  # one image is nothing to look through
        ([B, C], None, None, [A, B, C, D], "images"),  # it is none of them
        ([], [A, B], None, [A, B], "shown"),
        ([], None, [A, D], [A, D], "shown"),
        ([], [A, B, D], [A, D], [A, D], "shown"),
        ([], [B], None, [A, B, C, D], "images"),
        ([A, ImageId("f" * 16)], None, None, [A, B, C, D], "images"),  # the other is gone
    ],
)
def test_the_selected_come_first_then_what_the_gallery_shows(
    selected: list[ImageId],
    group: list[ImageId] | None,
    passing: list[ImageId] | None,
    row: list[ImageId],
    words: str,
) -> None:
    shown = None if passing is None else ImageSet.of(passing)
    found, said = row_of(A, ALL, ImageSet.of(selected), group, shown)
    assert (list(found), said) == (row, words)
