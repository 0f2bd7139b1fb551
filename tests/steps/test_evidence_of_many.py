"""The evidence on very many images makes no object for each of them, and says what it drew."""

import traceback

import numpy as np
import pytest

from contrast_engine import steps
from contrast_engine.imageset import ImageIds, ImageSet
from contrast_engine.steps.evidence import validate as validate_step
from contrast_engine.steps.evidence.confounders import confounders
from contrast_engine.validation import separate_groups
from tests.benchmarks.many_images import make

N = 12_000
FEW = 5_000
"""Texts of ids that may be made at once."""


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    workspace = make(N, tmp_path_factory.mktemp("many") / "many.contrast")
    steps.project(workspace, "pca")
    return workspace


@pytest.fixture
def counted(monkeypatch):
    """What made a text for each of very many images, while a test runs."""
    found = []
    for kind in (ImageIds, ImageSet):
        before = kind.__iter__

        def iterated(self, before=before):
            if len(self) > FEW:
                found.append("".join(traceback.format_stack(limit=4)[:-1]))
            return before(self)

        monkeypatch.setattr(kind, "__iter__", iterated)
    return found


@pytest.mark.slow
@pytest.mark.usefixtures("few_draws")
@pytest.mark.parametrize("step", ["validate", "choose_k"])
def test_the_evidence_makes_no_text_for_each_of_very_many_images(step, many, counted):
    key = getattr(steps, step)(many)
    assert not counted, "\n".join(counted)
    said = " ".join(finding.space for finding in many.load(key).findings)
    if step == "validate":
        assert f"drawn from {N:,}" in said or f"of {N:,}" in said
    else:
        details = many.manifest(key).details
        assert (details["n"], details["total"]) == (2_000, N)


@pytest.mark.slow
@pytest.mark.usefixtures("few_draws")
def test_clusters_as_they_were_saved_are_not_held_against_their_null_again(many, monkeypatch):
    looked = []
    against_null = separate_groups.against_null
    monkeypatch.setattr(
        separate_groups, "against_null",
        lambda *given, **how: looked.append(1) or against_null(*given, **how),
    )  # fmt: skip
    steps.cluster(many, "kmeans", options={"n_clusters": 3})
    key = steps.validate(many)
    assert not looked
    kept = [f for f in many.load(key).findings if f.check == "separate_groups"]
    current = validate_step._Current.of(many)
    here = steps.space(many)
    assert current.evidence(here.key, 0) is not None
    assert current.evidence(here.key, 1) is None  # another seed draws another null
    assert current.evidence("0" * 16, 0) is None  # another space
    made = many.manifest(many.current("clusterings"))
    assert kept[1].value == made.details["silhouette"]["value"]
    assert kept[1].null == made.details["silhouette"]["null_mean"]


def test_what_goes_with_contrast_is_read_in_columns_and_is_that_of_each_file(many):
    features = many.load(many.current("features"))
    found = confounders(many, features)
    some = ImageIds(features.numbers[:: N // 7])
    assert list(confounders(many, features, some).ids) == list(some)
    for image in some:
        facts, row = many.images.facts(image), found.row(image)
        assert row["size"] == facts.width * facts.height
        assert row["bytes"] == facts.bytes
        assert row["brightness"] == features.row(image)["mean_y"]
    assert np.array_equal(found.numbers, features.numbers)
