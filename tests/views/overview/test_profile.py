"""The contrast profile: shifts with intervals, and the shipped table of the sample photographs."""

from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from contrast_engine.features import core_names
from contrast_engine.randomness import generator
from contrast_engine.samples.reference import DIGITS, measured_row, unchanged
from contrast_engine.vectors import ImageId, Vectors
from contrast_engine.views.overview.profile import _Medians, compared
from contrast_engine.views.overview.reference import Reference, sample_photographs, table_path

SAMPLES = Path(__file__).parents[3] / "sample_data"
NAMES = ("c_rms", "mean_y")


def drawn(n: int, shift: float = 0.0, seed: int = 0) -> Vectors:
    values = generator(seed, "profile").normal(size=(n, 2)) + np.array([shift, 0])
    return Vectors(tuple(ImageId(f"{row:016x}") for row in range(n)), values, NAMES)


def reference(n: int = 400, source: bool = False) -> Reference:
    values = drawn(n, seed=1).values
    return Reference("others", NAMES, values, np.arange(n) // 20 if source else None)


def test_a_feature_that_is_moved_lies_outside_and_the_other_does_not() -> None:
    found = compared(drawn(300, 2.0), reference(), "these")
    moved, still = found.features
    assert moved.is_outside
    assert moved.words == "strong overall contrast"
    assert not still.is_outside
    assert moved.shift.value == pytest.approx(2 / 1.349, abs=0.2)
    assert moved.shift.low is not None
    assert moved.shift.high is not None
    assert moved.shift.low < moved.shift.value < moved.shift.high
    assert [one.name for one in found.outside] == ["c_rms"]
    assert "1 of 2 features" in found.sentence
    assert (found.n, found.n_reference) == (300, 400)


def test_a_sure_but_small_shift_does_not_lie_outside() -> None:
    found = compared(drawn(20_000, 0.4), reference(20_000), "these").features[0]
    assert found.shift.low is not None
    assert found.shift.low > 0
    assert not found.is_outside
    assert found.words == ""


def test_the_interval_of_like_images_holds_no_shift_nearly_always() -> None:
    holds = 0
    for seed in range(2, 62):
        found = compared(drawn(60, seed=seed), Reference("o", NAMES, drawn(60, seed=-seed % 997).values),
                         "these").features[0].shift  # fmt: skip
        assert found.low is not None
        assert found.high is not None
        holds += found.low <= 0 <= found.high
    assert holds >= 52


def test_crops_of_one_photograph_make_the_interval_wider() -> None:
    rows = np.repeat(drawn(20, seed=5).values, 20, axis=0)
    wide = compared(drawn(300), Reference("o", NAMES, rows, np.arange(400) // 20), "these")
    tight = compared(drawn(300), Reference("o", NAMES, rows), "these")

    def width(found: object) -> float:
        shift = found.features[0].shift  # type: ignore[attr-defined]
        return float(shift.high - shift.low)

    assert width(wide) > 1.5 * width(tight)


def test_the_quick_medians_are_those_of_drawing_with_replacement() -> None:
    table = drawn(51)
    values, column = table.values, table.column(NAMES[0])
    random = generator(9, "slow")
    slow = np.array([np.median(values[random.integers(51, size=51)], axis=0) for _ in range(4000)])
    quick = _Medians(table, 0, "own").of(column)
    assert quick is not None
    assert np.isclose(quick.std(), slow[:, 0].std(), rtol=0.12)


def test_the_medians_of_crops_are_those_of_whole_photographs_drawn_one_by_one() -> None:
    source = np.array([4, 9, 9, 4, 7, 9, 2, 7, 7, 7, 2])
    table = Reference("o", NAMES, drawn(11).values, source)
    found = _Medians(table, 3, "other").of(table.column(NAMES[0]))
    groups = [np.flatnonzero(source == one) for one in (2, 4, 7, 9)]
    lots = generator(3, "overview", "profile", "sources").integers(4, size=(len(found), 4))
    rows = [np.concatenate([groups[g] for g in lot]) for lot in lots]
    assert found.tolist() == [np.median(table.column(NAMES[0])[row]) for row in rows]


def test_few_images_are_shown_without_interval_and_called_nothing() -> None:
    (first, _) = compared(drawn(3, 9.0), reference(), "these").features
    assert first.shift.value is not None
    assert first.shift.low is None
    assert not first.is_outside


def test_a_feature_that_does_not_vary_in_the_reference_has_no_shift() -> None:
    flat = Reference("o", NAMES, np.column_stack([np.ones(40), np.arange(40.0)]))
    found = compared(drawn(40), flat, "these").features[0]
    assert found.shift.value is None
    assert not found.is_outside


def test_the_shipped_table_is_that_of_the_sample_photographs_to_its_last_digit() -> None:
    """A number on the edge of two last digits is rounded to either, by the processor at hand."""
    lines = table_path().read_text(encoding="utf-8").splitlines()
    assert lines[0] == ",".join(["file", "source", *core_names()])
    known = dict(unchanged(SAMPLES))
    assert [line.partition(",")[0] for line in lines[1:]] == sorted(known)
    for line in lines[1::25]:
        file = line.partition(",")[0]
        shipped, measured = line.split(","), measured_row(SAMPLES, file, known[file])
        assert shipped[:2] == measured[:2]
        for one, other in zip(shipped[2:], measured[2:], strict=True):
            apart = abs(Decimal(one) - Decimal(other))
            assert one == f"{float(one):.{DIGITS}g}"
            assert apart <= Decimal(1).scaleb(Decimal(one).adjusted() - DIGITS + 1), (file, one)
        as_shipped = sum(map(str.__eq__, shipped, measured))
        assert as_shipped >= len(shipped) - 2, "more than an edge or two"


def test_the_shipped_reference_says_how_many_pictures_of_how_many_photographs() -> None:
    found = sample_photographs()
    assert found.source is not None
    assert len(found) == len(found.source) == 74
    assert found.words == "74 unchanged pictures cut from 15 sample photographs"
    assert np.isfinite(found.values).all()
