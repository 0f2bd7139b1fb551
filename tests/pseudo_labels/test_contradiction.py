"""Labels that stand against those of the images most like them."""

import numpy as np
import pytest

from contrast_engine.pseudo_labels import gather
from contrast_engine.pseudo_labels.contradiction import NEIGHBOURS, contradiction
from contrast_engine.pseudo_labels.labelled import Labelled
from contrast_engine.vectors import ImageId, Vectors

N = 40
IDS = tuple(ImageId(f"{row:016x}") for row in range(N))


def labelled(labels: dict[int, str], alike: tuple = ()) -> Labelled:
    """Two groups of twenty images along a line, far apart; the first is around 0."""
    places = np.concatenate([np.linspace(-1, 1, 20), np.linspace(9, 11, 20)])[:, None]
    return gather(
        Vectors(IDS, places, ("x",)), {IDS[row]: label for row, label in labels.items()},
        ("low", "high", "odd"), is_ordered=False, alike=alike,
    )  # fmt: skip


def clean() -> dict[int, str]:
    return {row: "low" if row < 20 else "high" for row in range(N)}


def test_labels_that_agree_with_those_around_them_contradict_nothing() -> None:
    given = labelled(clean())
    assert [contradiction(given, image) for image in IDS] == [None] * N


def test_a_label_against_its_neighbours_is_named_with_the_nearest_first() -> None:
    found = contradiction(labelled({**clean(), 10: "high"}), IDS[10])
    assert (found.image, found.label, found.of) == (IDS[10], "high", NEIGHBOURS)
    assert len(found.against) == NEIGHBOURS
    assert {label for _, label in found.against} == {"low"}
    gaps = [abs(IDS.index(image) - 10) for image, _ in found.against]
    assert gaps == sorted(gaps)


@pytest.mark.parametrize(("others", "is_named"), [(NEIGHBOURS - 1, False), (NEIGHBOURS, True)])
def test_a_label_is_held_against_fifteen_others_or_none(others: int, is_named: bool) -> None:
    labels = {**dict.fromkeys(range(others), "low"), 19: "high", **dict.fromkeys((30, 31), "high")}
    given = labelled({row: label for row, label in labels.items() if is_named or row < 30})
    assert (contradiction(given, IDS[19]) is not None) == is_named
    assert contradiction(given, IDS[25]) is None, "it has no label"


def test_where_a_label_is_rare_everywhere_its_neighbours_are_no_reason() -> None:
    mixed = {row: ("odd" if row % 13 == 0 else "low" if row % 2 else "high") for row in range(N)}
    given = labelled(mixed)
    assert all(contradiction(given, IDS[row]) is None for row in range(0, N, 13))


def test_nearly_the_same_picture_is_no_witness() -> None:
    labels = {**clean(), 10: "high"}
    group = tuple(IDS[row] for row in range(20))
    found = contradiction(labelled(labels, alike=(group,)), IDS[10])
    assert found is None
