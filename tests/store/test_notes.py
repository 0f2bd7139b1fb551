"""Notes on reading are counted by kind: the numbers of each image do not make kinds of their own."""

import pytest

from contrast_engine.store.notes import kind_of, note_kinds


@pytest.mark.parametrize(
    ("notes", "kind"),
    [
        (("16-bit",), "16-bit"),
        (
            ("16-bit, but none above 694: darker", "16-bit, but none above 30: darker"),
            "16-bit, but none above …",
        ),
        (("25 pixels that are no numbers (NaN) count as black",), "… pixels that are no numbers"),
        (("HDR, PQ (BT.2100): 3 % of the pixels", "HDR, PQ (BT.2100): no pixel"), "HDR, PQ"),
        (
            (
                "linear light, white at 253, the 99.5th percentile of its luminance; 0.4 %",
                "linear light, white at 1.5e+03, the 99.5th percentile of its luminance; 1 %",
            ),
            "linear light, white at …, the 99.5th percentile of its luminance",
        ),
    ],
)
def test_what_differs_from_image_to_image_makes_no_kind(notes, kind):
    assert {kind_of(note) for note in notes} == {kind}


def test_an_image_counts_once_for_a_kind_and_the_most_frequent_comes_first():
    noted = {"b": ("alpha", "16-bit"), "a": ("16-bit", "16-bit, but none above 30: darker")}
    assert note_kinds(noted) == {
        "16-bit": ("b", "a"), "16-bit, but none above …": ("a",), "alpha": ("b",),
    }  # fmt: skip
