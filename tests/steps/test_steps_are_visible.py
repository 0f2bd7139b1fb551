"""What editors and type checkers see of the steps is what there is."""

import ast
import inspect
import pkgutil
from pathlib import Path

import pytest

from contrast_engine import steps

TREE = ast.parse(Path(steps.__file__).read_text(encoding="utf-8"))
GUARDED = next(node for node in TREE.body if isinstance(node, ast.If))


def seen() -> dict[str, str]:
    """The names that type checkers are shown, with the module each is taken from."""
    return {
        alias.name: str(node.module)
        for node in GUARDED.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def test_type_checkers_see_every_step_where_it_lives() -> None:
    package = "contrast_engine"
    lives = {
        name: f"{package}{home}" if home.startswith(".") else f"{package}.steps.{home}"
        for name, home in steps._HOME.items()
    }
    assert seen() == lives
    assert {*seen(), "STEPS"} == set(steps.__all__) == set(dir(steps))


def test_no_other_name_passes_a_type_checker() -> None:
    """A module with a `__getattr__` has every name there is, to a type checker."""
    asked = [
        node for node in TREE.body if isinstance(node, ast.If) and "not" in ast.unparse(node.test)
    ]
    hidden = {node.name for one in asked for node in one.body if isinstance(node, ast.FunctionDef)}
    assert "__getattr__" in hidden
    assert not any(isinstance(n, ast.FunctionDef) and n.name == "__getattr__" for n in TREE.body)


@pytest.mark.parametrize("name", sorted({*steps.__all__} - {"STEPS"}))
def test_every_step_says_what_it_gives_and_states_its_types(name: str) -> None:
    step = getattr(steps, name)
    assert 0 < len((step.__doc__ or "").strip().splitlines()[0]) < 100
    assert step.__name__ == name
    signature = inspect.signature(step)
    assert all(p.annotation is not p.empty for p in signature.parameters.values())
    if inspect.isfunction(step):
        assert signature.return_annotation is not signature.empty
        is_making_one = name == "restore"
        assert next(iter(signature.parameters)) == ("file" if is_making_one else "workspace")


def test_no_step_is_named_as_a_part_that_would_take_its_place() -> None:
    parts = {module.name for module in pkgutil.iter_modules(steps.__path__)}
    assert not parts & set(steps.__all__)


def test_a_step_that_does_not_exist_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_step"):
        _ = steps.no_such_step
