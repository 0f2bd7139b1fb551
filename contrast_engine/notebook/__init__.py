"""What a notebook wants: results with their types, tables of pandas, pictures in the output.

`Workspace` is the workspace of `store` with what needs the steps; pandas is loaded when a table is
asked for.
"""

from contrast_engine.notebook.frames import measure
from contrast_engine.notebook.pictures import Pictures
from contrast_engine.notebook.workspace import Workspace

__all__ = ["Pictures", "Workspace", "measure"]
