"""Metric cards: the ends of every feature, agreement by ranks, the table of issues."""

import numpy as np
import pytest

from contrast_engine.features import feature_names
from contrast_engine.issues import find_issues
from contrast_engine.store import Workspace
from contrast_engine.store.collection import ImageFile
from contrast_engine.vectors import ImageId, Vectors
from contrast_engine.views.collection.feature_cards import (
    feature_cards,
    feature_correlations,
)
from contrast_engine.views.collection.issues import issue_table


def table(n: int, seed: int = 0) -> Vectors:
    names = feature_names()
    values = np.random.default_rng(seed).uniform(0, 1, (n, len(names)))
    return Vectors(tuple(ImageId(f"{i:016x}") for i in range(n)), values, names)


def test_the_ends_of_a_feature_are_its_extremes_and_never_overlap():
    vectors = table(40)
    card = {c.feature.name: c for c in feature_cards(vectors)}["gcf"]
    order = np.argsort(vectors.column("gcf"))
    assert [image for image, _ in card.lowest] == [vectors.ids[i] for i in order[:8]]
    assert [image for image, _ in card.highest] == [vectors.ids[i] for i in order[::-1][:8]]
    few = feature_cards(table(5))[0]
    assert len(few.lowest) == len(few.highest) == 2
    assert not {i for i, _ in few.lowest} & {i for i, _ in few.highest}


def test_a_card_says_range_and_source_in_plain_words():
    cards = {c.feature.name: c for c in feature_cards(table(3))}
    assert (cards["u_dr"].range, cards["gcf"].range, cards["skew"].range) == (
        "0 to 1", "0 and up", "any number",
    )  # fmt: skip
    assert cards["c_rms"].source == "Peli 1990"
    assert cards["mean_y"].source == "no publication; defined here"
    assert cards["c_rms"].what == "Spread of luminance over its mean."
    assert cards["lc_std"].what.startswith("Unevenness of local contrast: its")
    assert all("docs/" not in card.source for card in cards.values())


def test_agreement_is_by_ranks_and_names_the_twins():
    ids = tuple(ImageId(f"{i:016x}") for i in range(9))
    x = np.arange(9.0)
    found = feature_correlations(
        Vectors(ids, np.column_stack([x, np.exp(x), -x, x % 3]), tuple("abcd"))
    )
    assert found.rho[0, 1] == pytest.approx(1)
    assert found.n == 9
    assert {(a, b): round(rho) for a, b, rho in found.twins} == {
        ("a", "b"): 1, ("a", "c"): -1, ("b", "c"): -1,
    }  # fmt: skip


def test_the_issue_table_has_a_flag_and_a_score_per_issue(tmp_path):
    vectors = table(3)
    workspace = Workspace(tmp_path / "w")
    workspace.save_files(
        [
            ImageFile(f"/p/{2 - n}.jpg", "/p", id=i, width=1, height=1)
            for n, i in enumerate(vectors.ids)
        ]
    )
    found = find_issues(vectors, {"flat": 1.0})
    header, *rows = issue_table(workspace, found).decode().splitlines()
    assert header.startswith("id,path,is_low_contrast_issue,low_contrast_score,")
    assert [row.split(",")[1] for row in rows] == ["/p/0.jpg", "/p/1.jpg", "/p/2.jpg"]
    place = header.split(",").index("is_flat_issue")
    assert {row.split(",")[place] for row in rows} == {"true"}
