"""What a command says from its first moment on, while what it needs is still being loaded."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager

from contrast_engine.cli import progress_line
from contrast_engine.steps.expected import Expected, expected, of_training

_PACES = {
    "similar": "similar",
    "outliers": "outliers {by}",
    "duplicates": "duplicates",
    "axes": "axes",
    "project": "project {method}",
    "cluster": "cluster {method}",
    "place": "place",
    "complexity": "complexity",
    "train": "train {method}",
    "embed": "embed",
    "fine-tune": "fine-tune",
    "zero-shot": "zero-shot",
    "sensitivity": "sensitivity",
    "shortcuts": "shortcuts",
    "views": "views",
    "pseudo-label": "pseudo-label {method}",
    "bundle": "bundle",
    "retrain": "retrain",
    "agreement": "agreement",
    "label next": "label next by itself",
    "label export": "export labels",
    "rank next": "rank next",
    "rank show": "rank show",
    "validate": "validate",
    "sabotage": "sabotage",
    "downstream": "downstream",
    "report": "report",
    "overview": "overview",
    "export": "export",
    "backup": "backup",
}
"""The pace of each command on a workspace; the others say how far they are once they know."""


@contextmanager
def opening(arguments: argparse.Namespace) -> Iterator[None]:
    """Say from now on what a command does and how long that takes, until it says so itself."""
    words = str(arguments.prog).partition(" ")[2]
    known = _expected(words, arguments)
    if known is None:
        yield
        return
    with progress_line.opened_line(words, known):
        yield


def _expected(words: str, arguments: argparse.Namespace) -> Expected | None:
    root = getattr(arguments, "workspace", None)
    pace = _PACES.get(words)
    if pace is None or not isinstance(root, str):
        return None
    if words == "train":
        return expected(root, of_training(arguments.method, arguments.preset, arguments.option))
    if getattr(arguments, "choose_k", False):
        pace = "choose-k {method}"
    return expected(root, pace.format_map(vars(arguments)))
