"""What a notebook wants: results with their types, tables of pandas, pictures in the output.

`Workspace` is the workspace of `store` with what needs the steps; pandas is loaded when a table is
asked for.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contrast_engine.notebook.frames import measure
    from contrast_engine.notebook.pictures import Pictures
    from contrast_engine.notebook.workspace import Workspace

__all__ = ["Pictures", "Workspace", "measure"]

_LIES_IN = {"measure": "frames", "Pictures": "pictures", "Workspace": "workspace"}
"""Where each name is defined: opening a workspace needs nothing that measures."""


if not TYPE_CHECKING:  # a type checker would take any name for one that is there

    def __getattr__(name: str) -> Any:
        if name not in _LIES_IN:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(importlib.import_module(f"{__name__}.{_LIES_IN[name]}"), name)
