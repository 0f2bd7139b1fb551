"""Images that were labelled alike are counted, and what comes out is what each by itself gives."""

import numpy as np
import pytest

from contrast_engine.imageset import ImageIds
from contrast_engine.ranking import patterns
from contrast_engine.ranking.agreement import Ratings, agreement
from contrast_engine.ranking.consensus_rule import apply_rule
from contrast_engine.ranking.dawid_skene import dawid_skene


def rated(n=700, people=3, seed=0):
    random = np.random.default_rng(seed)
    truth = random.integers(0, 3, n)
    codes = np.where(
        random.random((n, people)) < 0.7, truth[:, None], random.integers(0, 3, (n, people))
    )
    codes[random.random((n, people)) < 0.3] = -1
    codes[:, 0] = np.where((codes < 0).all(axis=1), 1, codes[:, 0])
    ids = ImageIds(np.arange(n, dtype=np.uint64) * 977)
    return Ratings(ids, tuple("abc"[:people]), ("low", "mid", "high"), True, codes)


def test_many_images_give_the_same_consensus_and_agreement_as_each_by_itself(monkeypatch):
    ratings = rated()
    alone, rule, agreed = dawid_skene(ratings), apply_rule(ratings), agreement(ratings)
    monkeypatch.setattr(patterns, "MANY", 10)
    together, ruled, found = dawid_skene(ratings), apply_rule(ratings), agreement(ratings)
    assert np.allclose(alone.probability, together.probability, atol=1e-6)
    assert np.allclose(alone.confusion, together.confusion, atol=1e-6)
    assert rule == ruled
    assert found.alpha == pytest.approx(agreed.alpha)
    assert found.kappa == pytest.approx(agreed.kappa)
    assert found.n == agreed.n
    assert found.kappa_n == agreed.kappa_n == int((ratings.codes >= 0).all(axis=1).sum())
    assert found.low == pytest.approx(agreed.low, abs=0.02), "other draws of the same distribution"
    assert found.high == pytest.approx(agreed.high, abs=0.02)
    assert found.disagreements == agreed.disagreements


def test_every_image_has_the_pattern_of_its_row(monkeypatch):
    monkeypatch.setattr(patterns, "MANY", 10)
    codes = rated().codes
    wide = np.tile(codes, (1, 40))  # too many people for one number
    for given in (codes, wide):
        found = patterns.Patterns.among(given)
        assert (found.codes[found.of] == given).all()
        assert (np.bincount(found.of) == found.times).all()
        assert len(np.unique(given, axis=0)) == len(found.codes) < len(given)
