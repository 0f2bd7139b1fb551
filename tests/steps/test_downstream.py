"""A later result is predicted with and without contrast, and what does not help is said to."""

from dataclasses import replace

import numpy as np
import pytest

from contrast_engine import steps
from contrast_engine.errors import CollectionError, NotEnoughData, OptionError
from contrast_engine.steps.evidence.downstream import asked_outcomes, findings_of
from contrast_engine.store import Artifact
from contrast_engine.validation import Context, checks
from contrast_engine.validation.downstream import judge
from contrast_engine.validation.outcome_gain import BASELINE, NOTHING, Gain
from contrast_engine.vectors import Vectors
from tests.steps.planted import planted, table_of, written

CONTRAST = "contrast features"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    return planted(tmp_path_factory.mktemp("downstream") / "w.contrast", 150)


def features(workspace) -> Vectors:
    return workspace.load(workspace.current("features"))


def standing(column):
    return (column - column.mean()) / column.std()


def outcomes(workspace, kind, of, noise, seed=0):
    """An outcome of each kind that follows one number of each image."""
    follows = of + noise * np.random.default_rng(seed).normal(size=len(of))
    ids = features(workspace).ids
    if kind == "number":
        return dict(zip(ids, follows, strict=True))
    cuts = [0.5] if kind == "binary" else [1 / 3, 2 / 3]
    code = np.searchsorted(np.quantile(follows, cuts), follows)
    return {i: ("no", "maybe", "yes")[c] for i, c in zip(ids, code, strict=True)}


def main(found, source=CONTRAST):
    """The comparison with and without a source, and its finding."""
    at = [g for g in found.gains if (g.source, g.against) == (source, BASELINE)]
    return next(g for g in at if g.model != source)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["number", "binary"])
def test_an_outcome_of_contrast_is_predicted_better_with_features(workspace, tmp_path, kind):
    follows = standing(features(workspace).column("lc_mean"))
    table = table_of(tmp_path / "o.csv", outcomes(workspace, kind, follows, 0.5))
    found = steps.downstream(workspace, table)
    assert found.kind == kind
    assert main(found).is_sure
    assert found.findings[0].verdict == "pass"
    assert "help to predict error beyond" in found.findings[0].note
    assert main(found).low > 0.1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "bend"), [("number", "middle"), ("binary", "step"), ("number", "bytes")]
)
def test_an_outcome_of_brightness_or_bytes_alone_is_no_help_of_contrast(
    workspace, tmp_path, kind, bend
):
    bright = standing(features(workspace).column("mean_y"))
    stored = [workspace.images.facts(i).bytes for i in features(workspace).ids]
    follows = {"middle": np.abs(bright), "step": 4.0 * (bright > 0.3),
               "bytes": standing(np.log(stored))}[bend]  # fmt: skip
    found = steps.downstream(
        workspace, table_of(tmp_path / "o.csv", outcomes(workspace, kind, follows, 0.4))
    )
    assert not main(found).is_sure
    assert found.findings[0].verdict in {"warn", "fail"}
    assert " help to predict error beyond" not in found.findings[0].note.replace("not help", "")
    known = next(m for m in found.models if m.name == BASELINE)
    assert known.low > 0.1


@pytest.mark.slow
def test_a_random_outcome_is_helped_by_nothing(workspace, tmp_path):
    claims = 0
    for seed in range(3):
        drawn = outcomes(workspace, "number", np.zeros(150), 1.0, seed)
        found = steps.downstream(workspace, table_of(tmp_path / f"{seed}.csv", drawn))
        claims += any(g.is_sure for g in found.gains)
        assert "do not help" in found.words[0] or "not shown to help" in found.words[0]
    assert claims == 0


@pytest.mark.slow
def test_twins_with_a_random_outcome_leak_nothing_into_a_fold(tmp_path):
    workspace = planted(tmp_path / "w.contrast", 160, twins=80, seed=3)
    ids = features(workspace).ids
    drawn = np.random.default_rng(8).normal(size=80)
    table = table_of(tmp_path / "o.csv", dict(zip(ids, [*drawn, *drawn], strict=True)))
    found = steps.downstream(workspace, table)
    assert (found.images, found.pictures) == (160, 80)
    assert not any(g.is_sure for g in found.gains)
    assert all(m.value < 0.1 for m in found.models)


def test_rows_and_images_that_do_not_meet_are_counted_and_said(workspace, tmp_path):
    ids = features(workspace).ids
    rows = [("id", "error"), *((i, 0.1 * (n % 7)) for n, i in enumerate(ids[:100]))]
    rows += [(ids[0], 0.0), (ids[1], 5.0), ("f" * 16, 1.0), (ids[100], "nan"), (ids[101], ""),
             (ids[102], "inf"), (ids[103], "broken")]  # fmt: skip
    counts = steps.downstream(workspace, written(tmp_path / "o.csv", rows)).counts
    assert counts["rows"] == 107
    assert (counts["unknown"], counts["without"], counts["unreadable"]) == (1, 2, 2)
    assert (counts["repeated"], counts["differing"]) == (2, 1)
    assert counts["without_outcome"] == 50
    assert any("no finite number" in why for why in counts["problems"])


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (["1.0"] * 60, "the same for all 60 images"),
        (["yes"] * 57 + ["no"] * 3, "at least 8 images each"),
        ([str(n) for n in range(29)], "30 different pictures is needed, got 29"),
    ],
)
def test_what_cannot_be_predicted_is_refused_in_words(workspace, tmp_path, outcome, said):
    ids = features(workspace).ids
    table = table_of(tmp_path / "o.csv", dict(zip(ids, outcome, strict=False)))
    with pytest.raises(NotEnoughData, match=said):
        steps.downstream(workspace, table)


@pytest.mark.parametrize(
    ("header", "asked", "error", "said"),
    [
        ("id,a,b", {}, CollectionError, "name one with --column"),
        ("id,a,b", {"column": "c"}, CollectionError, "no columns 'c'"),
        ("id", {}, CollectionError, "no outcome"),
        ("id,a,b", {"column": "a", "kind": "binary"}, OptionError, "different values"),
        ("id,a,b", {"column": "a", "kind": "colour"}, OptionError, "no kind of outcome"),
        ("id,a,b", {"column": "a", "kind": "categories"}, OptionError, "different values"),
    ],
)
def test_a_table_that_leaves_the_outcome_open_says_what_to_ask_for(
    workspace, tmp_path, header, asked, error, said
):
    ids = features(workspace).ids
    rows = [(header,), *((i, n, n % 2) for n, i in enumerate(ids[:40]))]
    with pytest.raises(error, match=said):
        steps.downstream(workspace, written(tmp_path / "o.csv", rows), **asked)


@pytest.mark.slow
def test_an_embedding_and_labels_are_asked_about_beside_features(tmp_path):
    workspace = planted(tmp_path / "w.contrast", 120, seed=5)
    ids = features(workspace).ids
    hidden = np.random.default_rng(2).normal(size=120)
    brought = Vectors(ids[:100], hidden[:100, None], ("v",))
    key = workspace.save(Artifact("embeddings", "bring-vectors@1"), brought)
    workspace.labels.add([i for i, h in zip(ids, hidden, strict=True) if h > 0], "high", "me")
    workspace.labels.add([i for i, h in zip(ids, hidden, strict=True) if h <= 0], "low", "me")
    table = table_of(tmp_path / "o.csv", dict(zip(ids, hidden, strict=True)), "rating")
    found = steps.downstream(workspace, table, on=key)
    assert not main(found).is_sure
    assert (main(found, "embedding").is_sure, main(found, "embedding").n) == (True, 100)
    assert main(found, "labels given").is_sure
    assert "label images and train one" in found.left_out["predicted labels"]
    assert len(found.gains) == 3 * 3
    assert sum(m.name == NOTHING for m in found.models) == 2, "each sample has its own"


@pytest.mark.slow
@pytest.mark.usefixtures("few_draws")
def test_validate_shows_it_until_images_are_measured_anew(tmp_path):
    fresh = planted(tmp_path / "w.contrast", 60, seed=9)
    (finding,) = checks["downstream"](Context())
    assert "contrast downstream" in finding.next
    follows = standing(features(fresh).column("gcf"))
    table = table_of(tmp_path / "o.csv", outcomes(fresh, "number", follows, 0.3), "rating")
    found = steps.downstream(fresh, table)
    (finding,) = fresh.load(steps.validate(fresh)).of("downstream")
    assert finding == found.findings[0]
    assert [one.key for one in asked_outcomes(fresh)] == [found.key]
    again = fresh.save(Artifact("features", "measure@2"), features(fresh))
    fresh.make_current("features", again)
    ((finding,), _) = findings_of(fresh)
    assert (finding.verdict, finding.value) == ("unknown", None)
    assert "again" in finding.next


def test_more_outcomes_asked_about_make_each_less_sure():
    gain = Gain("contrast features", "both", BASELINE, 0.1, 0.02, 0.2, 500, 500, 0.01, 0.02)
    alone, one_of_three = (judge(gain, "error", "R2", others) for others in (0, 2))
    assert (alone.verdict, one_of_three.verdict) == ("pass", "warn")
    assert "3 outcomes" in one_of_three.note
    small = replace(gain, low=-0.01, high=0.04, p_holm=0.6)
    assert judge(small, "error", "R2").verdict == "fail"
    assert judge(replace(small, pictures=80), "error", "R2").verdict == "warn"
    assert "do not help to predict error" in judge(small, "error", "R2").note
