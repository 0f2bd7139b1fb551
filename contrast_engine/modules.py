"""One script of a component out of its ES modules, so that the browser fetches it in one piece.

The sources are plain modules, which any browser can load one by one (the tests do). Joining is not
compiling: each module follows those it imports, and its `import` lines and `export` words go.
"""

import re
from pathlib import Path

IMPORT = re.compile(
    r'^import \{ (?P<names>[\w, ]+) \} from "(?P<path>\.{1,2}/[\w./]+\.js)";\n', re.M
)
EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const) \w)", re.M)
DECLARED = re.compile(r"^(?:async )?(?:function|class|const|let) (\w+)", re.M)
LEFT = re.compile(r"^(?:import|export)\b.*", re.M)


def in_order(entry: Path) -> list[Path]:
    """The modules that `entry` needs, itself last, each after those that it imports.

    Raises:
        ValueError: Modules import each other in a circle.
    """
    found: list[Path] = []
    _follow(entry.resolve(), found, ())
    return found


def joined(entry: Path) -> str:
    """The modules of `entry` as one, with its default export.

    Raises:
        ValueError: A line has a form that joining does not know, or two modules use one name.
    """
    owners: dict[str, str] = {}
    texts = []
    for module in in_order(entry):
        text = EXPORT.sub("", IMPORT.sub("", module.read_text("utf-8"))).strip() + "\n"
        is_entry = module == entry.resolve()
        for line in LEFT.findall(text):
            if not (is_entry and line.startswith("export default function ")):
                raise ValueError(f"{module.name}: cannot join {line!r}")
        for name in DECLARED.findall(text):
            if owners.setdefault(name, module.name) != module.name:
                raise ValueError(f"{module.name} and {owners[name]} both have {name!r}")
        texts.append(text)
    return "\n".join(texts)


def imported(module: Path) -> dict[Path, list[str]]:
    """The modules that `module` imports, and the names it takes from each."""
    lines = IMPORT.finditer(module.read_text("utf-8"))
    return {(module.parent / m["path"]).resolve(): m["names"].split(", ") for m in lines}


def _follow(module: Path, found: list[Path], above: tuple[Path, ...]) -> None:
    if module in above:
        names = " -> ".join(one.name for one in (*above[above.index(module) :], module))
        raise ValueError(f"modules import each other: {names}")
    for other in imported(module):
        if other not in found:
            _follow(other, found, (*above, module))
    found.append(module)
