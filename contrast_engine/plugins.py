"""Plugins: what other packages add through entry points, and those of them that do not work."""

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from importlib.metadata import EntryPoint
from typing import Any

OURS = "contrast_engine"

GROUPS = {
    "features": "contrast_engine.features",
    "projections": "contrast_engine.projections",
    "clusterings": "contrast_engine.clusterings",
    "classifiers": "contrast_engine.pseudo_labels",
    "checks": "contrast_engine.validation",
    "encoders": "contrast_engine.encoders",
    "formats": "contrast_engine.steps.output.formats",
    "perturbations": "contrast_engine.perturb",
    "learned": "contrast_engine.illuminants.learned",
}
"""Every group of entry points, by the name of the registry that stands in its package."""

LONGEST_REASON = 200


@dataclass(frozen=True)
class Plugin:
    """An entry point of another package.

    Args:
        name: The name of the entry point.
        group: Its group, a package of this program.
        distribution, version: The package that is installed; "" for what a script registered.
        module: The module that the entry point names.
    """

    name: str
    group: str
    distribution: str
    version: str
    module: str = ""

    @property
    def package(self) -> str:
        """The package with its version, in words."""
        return f"{self.distribution} {self.version}".strip() or "this script"

    @classmethod
    def of(cls, point: EntryPoint) -> "Plugin":
        """The plugin that an entry point announces."""
        dist = point.dist
        name, version = (dist.name, dist.version) if dist else (point.module, "")
        return cls(point.name, point.group, name, version, point.module)


@dataclass(frozen=True)
class BrokenPlugin:
    """A plugin that was left out, and why.

    Args:
        plugin: Which.
        reason: What is wrong with it, in one line.
    """

    plugin: Plugin
    reason: str

    @property
    def words(self) -> str:
        """Which it is and why it was left out, without a full stop."""
        return f"plugin {self.plugin.name!r} of {self.plugin.package} is skipped: {self.reason}"


@dataclass(eq=False)
class Loading:
    """The plugin that is being imported, and how to take back what it has registered so far."""

    plugin: Plugin
    undo: list[Callable[[], object]]
    outer: "Loading | None"

    def holds(self, module: str) -> bool:
        """True if that module is being imported by this plugin, or by one around it."""
        outer = self.outer is not None and self.outer.holds(module)
        return self.plugin.module == module or outer


_now: ContextVar[Loading | None] = ContextVar("the plugin that is being imported", default=None)


def loading_now() -> Loading | None:
    """What is being imported in this thread; None outside of plugins."""
    return _now.get()


@contextmanager
def loading(plugin: Plugin) -> Iterator[None]:
    """Import a plugin inside: if it fails, nothing that it registered stays."""
    load = Loading(plugin, [], _now.get())
    token = _now.set(load)
    try:
        yield
    except BaseException:
        for undo in reversed(load.undo):
            undo()
        raise
    finally:
        _now.reset(token)


def module_of(thing: Any) -> str:
    """The module that a registered thing is written in."""
    if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        fields = (getattr(thing, field.name) for field in dataclasses.fields(thing))
        thing = next((value for value in fields if callable(value)), thing)
    return str(getattr(thing, "__module__", "") or "")


def package_of(module: str) -> str:
    """The first part of a module's name."""
    return module.partition(".")[0]


def said(error: BaseException) -> str:
    """An error of code that is not ours, in one line with its kind."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}"[:LONGEST_REASON] if text else type(error).__name__
