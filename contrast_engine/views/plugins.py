"""The plugins that are installed, of every group: those that work, and why the others do not."""

import difflib
import importlib
import importlib.metadata

from contrast_engine.plugins import GROUPS, OURS, BrokenPlugin, Plugin
from contrast_engine.registry import Registry


def installed_plugins() -> tuple[tuple[Plugin, ...], tuple[BrokenPlugin, ...]]:
    """The plugins that work and those that are left out; all of them are loaded for it."""
    working: list[Plugin] = []
    broken: list[BrokenPlugin] = []
    for group in sorted(importlib.metadata.entry_points().groups):
        if group.startswith(f"{OURS}.") and group not in GROUPS.values():
            near = difflib.get_close_matches(group, GROUPS.values(), n=1) or GROUPS.values()
            reason = f"there is no group {group}; did you mean {' or '.join(near)}?"
            points = importlib.metadata.entry_points(group=group)
            broken += [BrokenPlugin(Plugin.of(point), reason) for point in points]
    for name, group in GROUPS.items():
        if importlib.metadata.entry_points(group=group):  # else nothing needs to be loaded
            registry: Registry[object] = getattr(importlib.import_module(group), name)
            working += registry.plugins
            broken += registry.broken
    return tuple(working), tuple(broken)


def skipped(registry: Registry[object]) -> tuple[str, ...]:
    """What a menu of a registry leaves out, a sentence for each plugin."""
    return tuple(f"The {one.words}." for one in registry.broken)
