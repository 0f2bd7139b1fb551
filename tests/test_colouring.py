import itertools
from pathlib import Path

import numpy as np
import pytest

from contrast_engine import colouring, steps
from contrast_engine.colouring import Classes, Scale, by_class, by_value, distortion, map_colouring
from contrast_engine.errors import UnknownName
from contrast_engine.features import core_names
from contrast_engine.store import Artifact, Workspace
from contrast_engine.vectors import ImageId, Vectors

RED_BLIND = np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                      [-0.003882, -0.048116, 1.051998]])  # fmt: skip
GREEN_BLIND = np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                        [-0.011820, 0.042940, 0.968881]])  # fmt: skip
"""Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB."""


def images(n: int) -> list[ImageId]:
    return [ImageId(f"{i:016x}") for i in range(n)]


def test_values_are_coloured_between_the_2nd_and_98th_percentile() -> None:
    ids = images(101)
    coloured = by_value(ids, np.arange(101.0), "v")
    assert coloured.legend == Scale("v", 2.0, 98.0, least=0.0, most=100.0, below=2, above=2)
    assert coloured.codes[[0, 1, 2, 50, 98, 99, 100]].tolist() == [0, 0, 0, 127, 254, 254, 254]


def test_one_huge_value_does_not_flatten_the_rest() -> None:
    ids = images(100)
    values = np.append(np.arange(99.0), 1e9)
    assert len(set(by_value(ids, values, "v").codes.tolist())) > 90


def test_a_constant_value_and_no_value_at_all_still_have_a_legend() -> None:
    ids = images(3)
    assert by_value(ids, np.full(3, 4.0), "v").codes.tolist() == [0, 0, 0]
    nothing = by_value(ids, np.full(3, np.nan), "v")
    assert nothing.codes.tolist() == [255, 255, 255]
    assert isinstance(nothing.legend, Scale)
    assert nothing.legend.absent == 3


def test_classes_keep_their_order_and_count_what_they_colour() -> None:
    ids = images(5)
    of = dict(zip(ids, ["high", "low", "high", "odd"], strict=False))
    coloured = by_class(ids, of, ("low", "medium", "high"), "Label", "Not labelled")
    assert coloured.codes.tolist() == [2, 0, 2, 3, 255]
    assert isinstance(coloured.legend, Classes)
    names = [(name, n) for name, _, n in coloured.legend.entries]
    assert names == [("low", 1), ("medium", 0), ("high", 2), ("odd", 1)]
    assert (coloured.legend.absent, coloured.legend.absent_name) == (1, "Not labelled")


def test_more_than_twelve_classes_fold_the_smallest_into_other() -> None:
    ids = images(100)
    of = {image: f"c{min(i // 7, 13):02d}" for i, image in enumerate(ids)}
    legend = (coloured := by_class(ids, of, [f"c{i:02d}" for i in range(14)], "Class")).legend
    assert isinstance(legend, Classes)
    assert len(legend.entries) == 13
    assert legend.entries[-1] == ("Other (2)", colouring.OTHER_COLOUR, 14)
    assert np.bincount(coloured.codes).tolist() == [n for _, _, n in legend.entries]


def test_hidden_classes_are_left_out_of_what_is_shown() -> None:
    ids = images(4)
    coloured = by_class(ids, {ids[0]: "a", ids[1]: "b", ids[2]: "a"}, "ab", "Class", "none")
    assert coloured.shown(["a"]).tolist() == [False, True, False, True]
    assert coloured.shown(["none", "b"]).tolist() == [True, False, True, False]
    assert coloured.shown([]).all()


def measured(folder: Path, n: int) -> Workspace:
    workspace = Workspace(folder / "w.contrast")
    values = np.random.default_rng(0).gamma(2, size=(n, len(core_names())))
    ids = tuple(images(n))
    table = Artifact("features", "measure@1", {}, ids)
    workspace.save(table, Vectors(ids, values, core_names()))
    workspace.make_current("features", table.key)
    return workspace


@pytest.mark.parametrize(
    ("kind", "term", "whole"),
    [
        ("strangers", "false_neighbours", "trustworthiness"),
        ("torn", "missing_neighbours", "continuity"),
    ],
)
def test_a_map_can_be_coloured_by_where_it_misleads(
    tmp_path: Path, kind: str, term: str, whole: str
) -> None:
    workspace = measured(tmp_path, 80)
    key = steps.project(workspace)
    coloured = map_colouring(workspace, key, f"{kind}@{key}")
    assert coloured.ids == workspace.load(key).ids
    assert coloured.values is not None
    value = workspace.manifest(key).details[whole]["value"]
    assert 1 - coloured.values.mean() == pytest.approx(value, abs=1e-12)
    assert isinstance(coloured.legend, Scale)
    assert "20 contrast features, quantile-scaled on 80 images" in coloured.legend.note
    assert map_colouring(workspace, key, f"{kind}@{key}") is coloured
    named = map_colouring(workspace, key, f"{term}@{key}")  # addresses have the short name
    assert (named.legend, named.legend.title.lower()) == (coloured.legend, term.replace("_", " "))
    with pytest.raises(UnknownName, match="is not a map"):
        map_colouring(workspace, key, f"{kind}@{workspace.current('features')}")


def test_where_only_some_images_were_judged_it_is_said_how_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(distortion, "SAMPLE", 50)
    workspace = measured(tmp_path, 80)
    key = steps.project(workspace)
    legend = map_colouring(workspace, key, f"torn@{key}").legend
    assert isinstance(legend, Scale)
    assert "80 images, each examined among 50 drawn ones" in legend.note


@pytest.mark.parametrize("seen", [np.eye(3), RED_BLIND, GREEN_BLIND], ids=["all", "red", "green"])
def test_no_two_class_colours_look_alike_also_to_the_colour_blind(seen: np.ndarray) -> None:
    looks = [_lab(seen, colour) for colour in colouring.PALETTE]
    nearest = min(np.linalg.norm(a - b) for a, b in itertools.combinations(looks, 2))
    assert nearest > 0.075


def _lab(seen: np.ndarray, colour: str) -> np.ndarray:
    """Oklab (Ottosson 2020) of a colour as it is seen."""
    encoded = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    cones = np.array([[0.4122, 0.5363, 0.0514], [0.2119, 0.6807, 0.1074], [0.0883, 0.2817, 0.6300]])
    axes = np.array(
        [[0.2105, 0.7936, -0.0041], [1.9780, -2.4286, 0.4506], [0.0259, 0.7828, -0.8087]]
    )
    return axes @ np.cbrt(cones @ np.clip(seen @ linear, 0, 1))
