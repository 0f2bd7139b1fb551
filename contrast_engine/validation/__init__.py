"""How far to believe the results: evidence for and against, and what is missing.

A check is one function in one file, registered in `checks`; adding the file adds its rows to
the page, the command and the report. No check sees the disk, and none grades itself on the
data it was fitted on.
"""

from contrast_engine.registry import Registry, function_fault
from contrast_engine.validation.context import Check, Context, unknown

checks: Registry[Check] = Registry(__name__, "check", function_fault)

__all__ = ["Check", "Context", "checks", "unknown"]
