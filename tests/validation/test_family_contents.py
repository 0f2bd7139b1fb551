"""Images that are nearly one picture are one picture to the families of features as well."""

import numpy as np
import pytest

from contrast_engine.validation import Context, checks
from contrast_engine.vectors import ImageId, Vectors


def test_copies_do_not_make_families_agree() -> None:
    rng = np.random.default_rng(0)
    shared = 1.3 * rng.normal(size=20)
    values = np.column_stack([shared + rng.normal(size=20), shared + rng.normal(size=20)])
    columns = ("c_rms", "gcf")

    def found(copies: int, told: bool):  # type: ignore[no-untyped-def]
        ids = tuple(ImageId(f"{row:016x}") for row in range(20 * copies))
        features = Vectors(ids, np.tile(values, (copies, 1)), columns)
        alike = tuple(ids[row::20] for row in range(20)) if told and copies > 1 else ()
        (one,) = checks["family_agreement"](Context(features=features, alike=alike))
        return one

    alone, hidden, told = found(1, False), found(12, False), found(12, True)
    assert hidden.high - hidden.low < 0.5 * (alone.high - alone.low)
    assert told.high - told.low == pytest.approx(alone.high - alone.low, rel=0.35)
    assert told.verdict != "pass"
    assert hidden.verdict == "pass"
    assert "20 different pictures" in told.space
