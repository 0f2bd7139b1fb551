import re

import pytest

from contrast_engine.features import Feature, features


@pytest.mark.parametrize("name", features)
def test_every_feature_says_its_formula_its_source_and_when_it_fails(name):
    known = features[name]
    assert known.formula.count("{") == known.formula.count("}")
    assert known.formula
    assert re.search(r"docs/methods\.md#[\w-]+", known.source)
    assert 20 < len(known.fails) < 100
    assert "Formula:" not in known.fails + known.source + known.formula


def declared(doc: str, family: str = "global") -> Feature:
    def measure(image) -> float:
        return 0.0

    measure.__doc__ = doc
    return Feature("x", "ratio", 0, 1, "more", family, False, measure)


def test_what_a_docstring_says_is_read_across_lines_and_stays_apart():
    known = declared(
        r"""What it is.

        Text: with a colon that is no section of its own in the middle of a line.

        Formula: \frac{a}{b},\quad
            c
        Unchanged by: exposure, size.
        Fails: Often.
        Source: Somebody 1999;
            more.
        Deviates: not at all.
        """
    )
    assert known.formula == r"\frac{a}{b},\quad c"
    assert known.fails == "Often."
    assert known.source == "Somebody 1999; more."
    assert known.deviates == "not at all."
    assert known.unchanged_by[2:] == ("exposure", "size")


def test_a_feature_that_says_nothing_of_it_has_an_empty_card():
    known = declared("What it is.", family="colour")
    assert (known.formula, known.source, known.deviates, known.fails) == ("",) * 4
    assert known.unchanged_by == ("mirroring and quarter turns",)


def test_exactly_these_features_claim_to_ignore_exposure():
    claimed = {name for name in features if "exposure" in features[name].unchanged_by}
    assert claimed == {
        "c_rms", "skew", "kurt", "e_low", "e_high", "hl_ratio", "spectral_slope", "michelson",
    }  # fmt: skip
