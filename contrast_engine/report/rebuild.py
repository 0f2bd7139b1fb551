"""What is needed to make the results in use again: versions, seeds, keys, recipes, commands."""

import json
import platform
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

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

    What each step says of itself is in `COMMANDS`; a command that rebuilds a whole workspace from
    its own record takes their place here once there is one.
    """
    name = shlex.quote(workspace.root.name)
    lines = [f"contrast gather {name} {' '.join(map(shlex.quote, workspace.roots))}"]
    for kind, line in COMMANDS.items():
        key = workspace.current(kind)
        if key:
            lines.append(line(name, workspace.manifest(key)))
    return tuple(lines)


def _project(name: str, made: Manifest) -> str:
    return f"contrast project {name} {_method(made)}{_on(made)}{_seed(made)}"


def _cluster(name: str, made: Manifest) -> str:
    return f"contrast cluster {name} {_method(made)}{_on(made)}{_seed(made)}"


def _pseudo_label(name: str, made: Manifest) -> str:
    order = ",".join(made.recipe.get("classes", ())) if made.recipe.get("is_ordered") else ""
    asked = made.recipe.get("asked")
    method = "" if asked == "recommended" else f" --method {made.recipe['method']}"
    most = made.recipe.get("abstaining", {}).get("most_wrong")
    wrong = f" --most-wrong {most:g}" if most is not None else ""
    ordered = f" --order {shlex.quote(order)}" if order else ""
    return f"contrast pseudo-label {name}{ordered}{method}{wrong}{_on(made)}{_seed(made)}"


def _validate(name: str, made: Manifest) -> str:
    return f"contrast validate {name}{_seed(made)}"


COMMANDS: dict[str, Callable[[str, Manifest], str]] = {
    "maps": _project,
    "clusterings": _cluster,
    "predictions": _pseudo_label,
    "reports": _validate,
}
"""How the result in use of each kind is asked for on the command line."""


def _method(made: Manifest) -> str:
    options = made.recipe.get("options") or {}
    said = "".join(f" -o {shlex.quote(f'{name}={value}')}" for name, value in options.items())
    return f"{made.recipe.get('method', '')}{said}"


def _on(made: Manifest) -> str:
    on = str(made.details.get("on", "features"))
    return "" if on == "features" else f" --on {shlex.quote(on)}"


def _seed(made: Manifest) -> str:
    return "" if made.seed is None else f" --seed {made.seed}"


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
