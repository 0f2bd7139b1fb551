"""The scripts of the components: plain ES modules, joined into one text for each component."""

import re
from pathlib import Path

import pytest

from contrast_engine import modules
from pages.components import HOME

SCRIPTS = sorted(HOME.glob("*/*.js"))
ENTRIES = [script for script in SCRIPTS if script.stem == script.parent.name]
CALLED = r"(?<![\w.$])(?:new )?{name}\(|extends {name}\b"
METHOD = re.compile(r"^  (?:static |async |get )?\w+\(.*\) \{$", re.M)
EXPORTED = re.compile(r"^export (?:async )?(?:function|class|const) (\w+)", re.M)
TEXTS = re.compile(r'^import .*|//.*|"(?:[^"\\\n]|\\.)*"|`[^`]*`', re.M)


def name_of(script: Path) -> str:
    return str(script.relative_to(HOME))


def write(folder: Path, **texts: str) -> Path:
    for name, text in texts.items():
        (folder / f"{name}.js").write_text(text)
    return folder / "main.js"


@pytest.mark.parametrize("entry", ENTRIES, ids=name_of)
def test_a_component_is_one_script_with_one_export_each_module_after_those_it_needs(
    entry: Path,
) -> None:
    order = modules.in_order(entry)
    for place, module in enumerate(order):
        assert set(modules.imported(module)) <= set(order[:place])
    script = modules.joined(entry)
    assert "import {" not in script
    assert re.findall(r"^export .*", script, re.M) == re.findall(
        r"^export default .*", entry.read_text("utf-8"), re.M
    )
    assert script == modules.joined(entry)


@pytest.mark.parametrize("script", SCRIPTS, ids=name_of)
def test_a_module_imports_what_it_calls_and_nothing_else(script: Path) -> None:
    text = METHOD.sub("", TEXTS.sub("", script.read_text("utf-8")))
    taken = {name for names in modules.imported(script).values() for name in names}
    own = set(modules.DECLARED.findall(modules.EXPORT.sub("", text)))
    others = {
        name
        for other in SCRIPTS
        if other.parent in {script.parent, HOME / "shared"}
        for name in EXPORTED.findall(other.read_text("utf-8"))
    }
    called = {name for name in others - own if re.search(CALLED.format(name=name), text)}
    assert called <= taken, "called, but not imported"
    source = modules.IMPORT.sub("", script.read_text("utf-8"))
    assert {n for n in taken if not re.search(rf"\b{n}\b", source)} == set(), "never used"


@pytest.mark.parametrize("script", SCRIPTS, ids=name_of)
def test_a_module_gives_every_name_that_is_imported_from_it(script: Path) -> None:
    for module, names in modules.imported(script).items():
        assert set(names) <= set(EXPORTED.findall(module.read_text("utf-8"))), module


def test_a_module_that_two_others_import_comes_once_and_before_both(tmp_path: Path) -> None:
    entry = write(
        tmp_path,
        shared="export const ONE = 1;\n",
        left='import { ONE } from "./shared.js";\n\nexport const LEFT = ONE;\n',
        right='import { ONE } from "./shared.js";\n\nexport const RIGHT = ONE;\n',
        main='import { RIGHT } from "./right.js";\nimport { LEFT } from "./left.js";\n\n'
        "export default function () {\n  return LEFT + RIGHT;\n}\n",
    )
    assert modules.joined(entry) == (
        "const ONE = 1;\n\nconst RIGHT = ONE;\n\nconst LEFT = ONE;\n\n"
        "export default function () {\n  return LEFT + RIGHT;\n}\n"
    )


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (
            {"main": 'import { a } from "./a.js";\n', "a": 'import { m } from "./main.js";\n'},
            "import each other: main.js -> a.js -> main.js",
        ),
        (
            {"main": 'import { a } from "./a.js";\nconst b = 1;\n', "a": "export const a = 1;\nconst b = 2;\n"},
            "main.js and a.js both have 'b'",
        ),
        ({"main": 'import * as a from "./a.js";\n', "a": ""}, "main.js: cannot join 'import"),
        (
            {"main": 'import { a } from "./a.js";\n', "a": "export default function () {}\n"},
            "a.js: cannot join 'export default",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_joined_rightly_is_not_joined(
    tmp_path: Path, texts: dict[str, str], words: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        modules.joined(write(tmp_path, **texts))


@pytest.mark.parametrize("script", SCRIPTS, ids=name_of)
def test_file_names_and_labels_never_become_markup(script: Path) -> None:
    lines = script.read_text("utf-8").splitlines()
    risky = [line for line in lines if "innerHTML" in line or "insertAdjacentHTML" in line]
    assert all('viewBox="0 0 16 16"' in line for line in risky)  # our own icons
