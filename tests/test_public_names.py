"""What `from contrast_engine import ...` offers, and that asking for nothing loads nothing."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import contrast_engine


def test_public_names_are_sorted_and_stand_once() -> None:
    assert contrast_engine.__all__ == sorted(set(contrast_engine.__all__))


@pytest.mark.parametrize("name", contrast_engine.__all__)
def test_every_public_name_can_be_imported(name: str) -> None:
    assert getattr(contrast_engine, name) is not None


@pytest.mark.parametrize("name", contrast_engine.__all__)
def test_every_public_name_says_what_it_is(name: str) -> None:
    said = getattr(contrast_engine, name).__doc__ or ""
    assert 0 < len(said.strip().splitlines()[0]) < 100


def test_editors_and_type_checkers_see_the_same_names() -> None:
    tree = ast.parse(Path(contrast_engine.__file__).read_text(encoding="utf-8"))
    guarded = next(node for node in tree.body if isinstance(node, ast.If))
    seen = {
        alias.name
        for node in guarded.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert seen == set(contrast_engine.__all__)


def test_a_name_that_does_not_exist_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = contrast_engine.no_such_name


def test_importing_the_package_loads_nothing_outside_the_standard_library() -> None:
    code = (
        "import sys; before = set(sys.modules); import contrast_engine;"
        "print(*sorted({m.split('.')[0] for m in set(sys.modules) - before}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    outside = set(done.stdout.split()) - set(sys.stdlib_module_names) - {"contrast_engine"}
    assert outside == set()


def test_opening_a_workspace_loads_nothing_that_measures_or_predicts(tmp_path: Path) -> None:
    code = (
        "import sys; from contrast_engine import Workspace, steps\n"
        "workspace = Workspace(sys.argv[1]); assert not len(workspace.images)\n"
        "unneeded = ('cv2', 'PIL', 'scipy', 'pandas', 'sklearn', 'torch')\n"
        "ours = ('features', 'images', 'predict', 'views', 'steps.output')\n"
        "names = [*unneeded, *(f'contrast_engine.{name}' for name in ours)]\n"
        "print(*[name for name in names if name in sys.modules])"
    )
    line = [sys.executable, "-c", code, tmp_path / "w.contrast"]
    done = subprocess.run(line, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
