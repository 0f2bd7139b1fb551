"""What stands before every page: the script that runs first, and which addresses there are."""

import ast
import json
from functools import cache

from contrast_engine import modules
from pages.components import HOME
from pages.components.front_door import early


def script(page: str) -> str:
    """The script that a page runs before anything else, as a module.

    Args:
        page: The address of the page; "" for the start.
    """
    is_below, needed = json.dumps(bool(page)), json.dumps(early.scripts(page))
    return f"{_joined()}\nfrontDoor(window, {is_below}, {needed});\n"


@cache
def _joined() -> str:
    return modules.joined(HOME / "front_door" / "front_door.js")


def addresses() -> dict[str, str]:
    """The title of each page by its address, read from the navigation so that none is missed."""
    found: dict[str, str] = {}
    for file in sorted(HOME.parent.rglob("*.py")):
        text = file.read_text("utf-8")
        if "url_path=" in text:
            found |= _declared(ast.parse(text))
    return found


def _declared(module: ast.Module) -> dict[str, str]:
    found = {}
    for node in ast.walk(module):
        if isinstance(node, ast.Call):
            said = {
                word.arg: str(word.value.value)
                for word in node.keywords
                if isinstance(word.value, ast.Constant)
            }
            if {"title", "url_path"} <= set(said):
                found[said["url_path"]] = said["title"]
    return found
