"""What is installed only when asked for: scoring goes without it, and what is missing is said."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from contrast_engine import Workspace, extras, steps
from contrast_engine.views.outcomes import result_or_reason

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

ABSENT = """
import sys
for name in {names!r}:
    sys.modules[name] = None  # importing it fails as if it were not installed
"""


def without(names: list[str], code: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run code as on a machine on which these packages are not installed."""
    return subprocess.run(
        [sys.executable, "-c", ABSENT.format(names=names) + code, *arguments],
        cwd=ROOT, capture_output=True, text=True, check=False, encoding="utf-8",
    )  # fmt: skip


NOT_FOR_SCORING = [name for name in extras.EXTRAS if name not in {"rawpy", "pydicom"}]


@pytest.mark.parametrize("name", extras.EXTRAS)
def test_every_extra_that_is_named_exists_and_brings_that_package(name: str) -> None:
    package, extra = extras.EXTRAS[name]
    brought = " ".join(PROJECT["optional-dependencies"][extra]).lower()
    assert package.lower() in brought or name in {"starlette"}  # streamlit brings its own server
    missing = ModuleNotFoundError(f"No module named {name!r}", name=f"{name}.inside")
    assert f"pip install 'contrast-engine[{extra}]'" in str(extras.words(missing))


def test_nothing_is_said_of_a_module_that_is_no_extra() -> None:
    assert extras.words(ModuleNotFoundError("No module named 'contrast_engin'", name="x")) is None
    with pytest.raises(ModuleNotFoundError):
        result_or_reason(__import__, "no_such_module_at_all")


@pytest.mark.slow
def test_scoring_needs_none_of_the_app_or_of_training(tmp_path: Path) -> None:
    photographs = sorted((ROOT / "sample_data").glob("*.jpg"))[::16]
    workspace = Workspace(tmp_path / "w.contrast")
    steps.gather(workspace, photographs)
    ids = workspace.images.ids
    workspace.labels.add(ids[:5], "low")
    workspace.labels.add(ids[5:9], "high")
    steps.pseudo_label(workspace)
    here = "; ".join(repr(one.label) for one in _predicted(workspace, photographs))
    code = """
from contrast_engine import Predictor, Workspace
found = Predictor(Workspace.open(sys.argv[1])).predict(sys.argv[2:])
print("; ".join(repr(one.label) for one in found))
"""
    done = without(NOT_FOR_SCORING, code, str(workspace.root), *map(str, photographs))
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == here


@pytest.mark.slow
def test_the_predictor_loads_none_of_them_and_the_transformer_says_what_it_needs() -> None:
    code = f"""
from contrast_engine import Predictor
print([name for name in {[*extras.EXTRAS, "pandas", "scipy"]!r} if sys.modules.get(name)])
from contrast_engine import ContrastFeatures
"""
    done = without(["sklearn"], code)
    assert done.stdout.strip() == "[]"
    assert "scikit-learn" in done.stderr.splitlines()[-1]
    assert "pip install 'contrast-engine[app]'" in done.stderr.splitlines()[-1]


def _predicted(workspace: Workspace, files: list[Path]) -> tuple[object, ...]:
    from contrast_engine import Predictor

    return Predictor(workspace).predict(files)


@pytest.mark.slow
def test_a_command_says_what_to_install_for_it(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "w.contrast")
    steps.gather(workspace, sorted((ROOT / "sample_data").glob("*.jpg"))[::16])
    code = "from contrast_engine.cli import main\nsys.exit(main(sys.argv[1:]))"
    cluster = without(["sklearn"], code, "cluster", str(workspace.root), "kmeans")
    app = without(["streamlit"], code, "app", str(workspace.root), "--no-browser")
    for done, package in ((cluster, "scikit-learn"), (app, "Streamlit")):
        assert done.returncode == 1, done.stdout
        assert done.stderr.strip().splitlines()[-1] == (
            f"contrast: this needs {package}, which is not installed; "
            "run: pip install 'contrast-engine[app]'"
        )
