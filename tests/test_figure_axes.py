"""Every figure there is says along each axis what it shows and in which unit, or that it has none."""

import ast
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from contrast_engine import figures
from contrast_engine.figures import complexity, correlations, evidence, illuminants, monitoring
from contrast_engine.figures.flow import flow
from contrast_engine.figures.label_efficiency import label_efficiency
from contrast_engine.figures.look import TOOLS_ROOM, layout
from contrast_engine.figures.tree import dendrogram
from contrast_engine.vectors import ImageId, Vectors
from contrast_engine.views.illuminants.chromaticity import CAMERA

IDS = tuple(ImageId(f"{i:016x}") for i in range(4))
MAP = Vectors(IDS, np.arange(8.0).reshape(4, 2), ("map_x", "map_y"))
ONE, TWO = np.array([1.0, 2.0]), np.array([[0.2, 0.4], [0.3, 0.5]])
SCORES = [{"labels": n, "accuracy": 0.5, "low": 0.4, "high": 0.6, "kappa": 0.2, "coverage": 0.9,
           "probability": 0.5, "n": 4} for n in (4, 8)]  # fmt: skip
POINT = {"stability": 0.9, "stability_low": 0.8, "stability_high": 1.0, "silhouette": 0.3,
         "null_mean": 0.1, "null_sd": 0.01}  # fmt: skip
BESIDE = {"title": "a", "kind": "baseline", "srcc": 0.5, "low": 0.4, "high": 0.6, "pcc": 0.4}
LIGHTS = illuminants.Lights("some", TWO, ["#fff"] * 2, ["a", "b"])

MADE: dict[str, Callable[[], Any]] = {
    "scatter": lambda: figures.scatter(MAP, np.arange(4.0), title="v"),
    "trajectory": lambda: figures.trajectory(MAP, MAP.values[:2], ["a", "b"]),
    "matrix": lambda: figures.matrix(np.eye(2, dtype=int), ["a", "b"]),
    "bars": lambda: figures.bars({"a": 1.0}, title="kappa"),
    "curve": lambda: figures.curve({"a": (ONE, ONE)}, x_title="x", y_title="y"),
    "radar": lambda: figures.radar({"a": {"b": 1.0}}, names={"b": "B"}),
    "tones": lambda: figures.tones(np.ones(2), np.array([0.0, 50, 100]), (3.0, 97.0)),
    "spectrum": lambda: figures.spectrum(-ONE, ONE, ONE),
    "heat_map": lambda: correlations.heat_map(np.eye(2), ["a", "b"]),
    "ranking": lambda: evidence.ranking(ONE, ONE, ["a", "b"]),
    "choose_k": lambda: evidence.choose_k([{"k": 2, **POINT}, {"k": 3, **POINT}], 2),
    "reliability": lambda: evidence.reliability(SCORES),
    "learning_curve": lambda: evidence.learning_curve(SCORES, 0.5),
    "model_updates": lambda: evidence.model_updates(SCORES),
    "moved_features": lambda: monitoring.moved_features({"a": 1.0}, {"a": 0.1}),
    "abstaining_batches": lambda: monitoring.abstaining_batches([1, 2], ONE / 4, TWO, [4, 4], 0.2),
    "map_pair": lambda: monitoring.map_pair(MAP, MAP, dict.fromkeys(IDS, "a"), ["a"], "b")[0],
    "label_efficiency": lambda: label_efficiency(
        [{"labels": 4, "accuracy": {"a": (0.5, 0.4, 0.6)}}], {"a": "A"}
    ),
    "plane": lambda: illuminants.plane([LIGHTS], CAMERA),
    "error_plane": lambda: illuminants.error_plane(TWO, ONE, ["a", "b"], ["a", "b"], CAMERA),
    "spread": lambda: illuminants.spread(
        np.array([1]), ONE, {"here": 1.5}, title="temperature", unit="kelvin"
    ),
    "against_contrast": lambda: complexity.against_contrast(
        IDS[:2], ONE, ONE, ["a", "b"], titles=("c_rms", "complexity (0 to 100)")
    ),
    "masked_entropy": lambda: complexity.masked_entropy([1, 2], ONE, ONE),
    "agreements": lambda: complexity.agreements([BESIDE]),
    "dendrogram": lambda: dendrogram(
        np.array([[0.0, 1.0, 1.0, 2.0]]), np.array([3, 4]), np.array([0, 0]), {"now": (0.5, 1)}
    ),
}
WITHOUT_AXES = {"flow"}
"""Its bands have their number of images in words."""

HAS_UNIT = re.compile(r".+\([^()]+(?:, no unit)?\)").fullmatch


def functions() -> Iterator[str]:
    """Every function that gives a figure to draw, by name."""
    for file in Path(figures.__file__).parent.glob("*.py"):
        for node in ast.parse(file.read_text("utf-8")).body:
            gives = isinstance(node, ast.FunctionDef) and node.returns
            if gives and "Figure" in ast.unparse(gives) and node.name != "drawn":
                yield node.name


def test_the_figures_below_are_all_there_are() -> None:
    assert {*MADE, *WITHOUT_AXES} == set(functions())
    sankey = flow(np.array([[2]]), ["a"], ["b"], [0]).data[0]
    assert "images" in sankey.link.hovertemplate
    assert "images" in sankey.node.hovertemplate


@pytest.mark.parametrize("name", MADE)
def test_every_axis_and_colour_bar_has_a_title_with_its_unit_or_says_it_has_none(name: str) -> None:
    figure = json.loads(MADE[name]().to_json())
    drawn = figure["layout"]
    axes = [part for key, part in drawn.items() if re.fullmatch(r"[xy]axis\d*", key)]
    axes += [drawn["polar"]["radialaxis"]] if "polar" in drawn else []
    bars = [holder["colorbar"] for trace in figure["data"]
            for holder in (trace, trace.get("marker", {})) if "colorbar" in holder]  # fmt: skip
    assert axes
    for part in (*axes, *bars):
        title = part.get("title", {}).get("text", "")
        is_of_names = part.get("type") == "category"
        assert title if is_of_names else HAS_UNIT(title), f"{name}: {title!r}"


@pytest.mark.parametrize("name", MADE)
def test_there_is_room_for_the_tools_above_every_chart(name: str) -> None:
    if name in {"radar"}:  # its rim touches the middle of the top only
        return
    assert MADE[name]().layout.margin.t >= TOOLS_ROOM


def test_a_title_without_a_unit_is_told_that_there_is_none() -> None:
    made = layout(figures.LIGHT, "kappa", "lightness (L*)")
    assert made["xaxis"]["title"]["text"] == "kappa (no unit)"
    assert made["yaxis"]["title"]["text"] == "lightness (L*)"
    names = layout(figures.LIGHT, "kappa", "feature", yaxis={"type": "category"})
    assert names["yaxis"]["title"]["text"] == "feature"
