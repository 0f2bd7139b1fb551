"""What is needed to make the results in use again: versions, seeds, keys, recipes, commands."""

import json
import platform
import shlex
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from contrast_engine.reproduce.plan import plan
from contrast_engine.store.artifacts import KINDS, Manifest
from contrast_engine.store.workspace import Workspace

PACKAGES = ("contrast-engine", "numpy", "scipy", "scikit-learn", "opencv-python-headless", "pillow",
            "umap-learn", "openTSNE", "torch", "safetensors", "pyarrow")  # fmt: skip
"""What computes something, as far as it is installed."""

LONGEST = 400
"""Letters of a recipe before its end is left out."""


@dataclass(frozen=True)
class Made:
    """A result in use: what it is, what made it, out of what, with which options and seed."""

    kind: str
    key: str
    step: str
    recipe: str
    inputs: str
    seed: str
    rows: int


def versions() -> dict[str, str]:
    """The version of Python, of this program, and of every package that computes something."""
    found = {"Python": platform.python_version(), "System": platform.platform(terse=True)}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def results_in_use(workspace: Workspace) -> tuple[Made, ...]:
    """The results that the report shows."""
    keys = ((kind, workspace.current(kind)) for kind in KINDS)
    return tuple(_made(workspace.manifest(key)) for _, key in keys if key)


def commands(workspace: Workspace) -> tuple[str, ...]:
    """The command lines that make the results in use again, in their order.

    They read the record that `contrast reproduce WS --out record` writes.
    """
    name = shlex.quote(workspace.root.name)
    return tuple(command.shell(name, "record") for command in plan(workspace).commands)


def not_rebuilt(workspace: Workspace) -> tuple[str, ...]:
    """What no command makes again, with the reason."""
    return tuple(f"{one.what}: {one.why}" for one in plan(workspace).cannot)


def _made(made: Manifest) -> Made:
    recipe = json.dumps(made.recipe, sort_keys=True, ensure_ascii=False)
    if len(recipe) > LONGEST:
        rest = len(recipe) - LONGEST
        recipe = f"{recipe[:LONGEST]}\N{HORIZONTAL ELLIPSIS} ({rest:,} letters more)"
    inputs = ", ".join(made.inputs[:3])
    if len(made.inputs) > 3:
        inputs += f" and {len(made.inputs) - 3:,} more"
    seed = "none" if made.seed is None else str(made.seed)
    return Made(made.kind, made.key, made.step, recipe, inputs, seed, made.rows)
