"""Packages of others that are installed for a test, and gone after it."""

import importlib
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from contrast_engine import docs, registry
from contrast_engine.plugins import GROUPS
from contrast_engine.registry import Registry

HEADER = """
from dataclasses import dataclass
from contrast_engine.features import feature, features
from contrast_engine.projections import Projection, projections
from contrast_engine.clusterings import Assignment, Clusterer, clusterings
from contrast_engine.pseudo_labels import Classifier, classifiers
from contrast_engine.validation import checks
from contrast_engine.steps.output.formats import Format, formats
from contrast_engine.encoders import Encoder, encoders
from contrast_engine.vectors import Vectors
"""

WARMTH = '''
@feature(unit="share", low=0, high=1, direction="warmer", family="colour")
def warmth(image) -> float:
    """Warmth: share of red in the red and blue light of a picture."""
    red, _, blue = image.rgb.reshape(-1, 3).mean(axis=0)
    return float(red / max(red + blue, 1e-9))
'''

PLAIN = '''
@projections.add("plain")
@dataclass(frozen=True)
class Plain(Projection):
    """The first two columns of the space, as they are."""

    title = "Plain: the first two columns"

    def project(self, vectors, *, seed=0, progress=None):
        return Vectors(vectors.ids, vectors.values[:, :2], ("map_x", "map_y"))
'''

HALVES = '''
@clusterings.add("halves")
@dataclass(frozen=True)
class Halves(Clusterer):
    """Two halves by the first column."""

    title = "Halves"

    def assign(self, values, *, seed=0, progress=None):
        return Assignment((values[:, 0] > values[:, 0].mean()).astype(int))
'''


_MODULES: set[str] = set()
"""What was installed by a test of this process."""


def every_registry() -> dict[str, Registry[Any]]:
    """Every registry by its name."""
    return {name: getattr(importlib.import_module(home), name) for name, home in GROUPS.items()}


def install(
    site: Path, source: str, points: Mapping[str, str], *, name: str = "lamp", version: str = "1.0"
) -> None:
    """Put a package of one module, with its entry points, where importlib looks for it.

    Args:
        site: A folder of `sys.path`.
        source: The module; "" for none.
        points: The group of each registry named, and the name of its entry point.
        name: Of the module and, with "contrast-" before it, of the package.
        version: Of the package.
    """
    _MODULES.add(name)
    if source:
        (site / f"{name}.py").write_text(HEADER + source, encoding="utf-8")
        shutil.rmtree(site / "__pycache__", ignore_errors=True)  # written within one second
    info = site / f"contrast_{name}.dist-info"
    info.mkdir(exist_ok=True)
    about = f"Metadata-Version: 2.1\nName: contrast-{name}\nVersion: {version}\n"
    (info / "METADATA").write_text(about, encoding="utf-8")
    groups = (f"[{GROUPS.get(at, at)}]\n{point} = {name}\n" for at, point in points.items())
    (info / "entry_points.txt").write_text("\n".join(groups), encoding="utf-8")
    look_again()


def remove(site: Path, name: str = "lamp") -> None:
    """Uninstall a package."""
    shutil.rmtree(site / f"contrast_{name}.dist-info")
    (site / f"{name}.py").unlink()
    look_again()


def look_again() -> None:
    """Have every registry look for plugins anew, as the next process would; ours are there."""
    importlib.invalidate_caches()
    for module in _MODULES:
        sys.modules.pop(module, None)
    for one in every_registry().values():
        for name in [n for n, plugin in one._plugins.items() if plugin.distribution]:
            one._things.pop(name, None)
            one._forget(name)
        one._is_loaded, one._broken = False, []


@contextmanager
def packages(site: Path) -> Iterator[None]:
    """What is installed into `site` inside is gone afterwards, and forgotten."""
    for one in every_registry().values():
        if not one._things:
            len(one)  # what is ours is there
    looked = list(registry.LOADED)
    sys.path.insert(0, str(site))
    try:
        yield
    finally:
        sys.path.remove(str(site))
        look_again()
        registry.LOADED[:] = looked


def build_example(home: Path) -> Path:
    """The package of docs/plugins.md, built as its reader would build it, unpacked into a folder."""
    text = docs.text("plugins")
    source, made = home / "source", home / "example"
    source.mkdir()
    for language, name in (("python", "contrast_warmth.py"), ("toml", "pyproject.toml")):
        (block,) = re.findall(rf"^```{language}\n(.*?)^```", text, re.M | re.S)
        (source / name).write_text(block, encoding="utf-8")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(home)],
        cwd=source, check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = home.glob("contrast_warmth-1.0-*.whl")
    zipfile.ZipFile(wheel).extractall(made)
    return made


def install_example(site: Path, built: Path) -> None:
    """Install the package of docs/plugins.md."""
    _MODULES.add("contrast_warmth")
    shutil.copytree(built, site, dirs_exist_ok=True)
    look_again()
