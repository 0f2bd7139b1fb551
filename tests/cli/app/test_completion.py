"""completion: what the scripts offer, and that the shells at hand accept them."""

import shutil
import subprocess
from pathlib import Path

import pytest

from contrast_engine.cli.app.completion import SHELLS
from contrast_engine.cli.commands import build_parser
from tests.cli.conftest import Contrast

OLD_NAMES = ("odd", "doubles", "people", "regroup", "runs")


def completed(script: Path, *words: str) -> list[str]:
    """What bash offers for the last of these words."""
    line = (
        f"source {script}; COMP_WORDS=({' '.join(repr(word) for word in words)});"
        f" COMP_CWORD={len(words) - 1}; _shtab_contrast; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    )
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=True)
    return done.stdout.split()


@pytest.fixture
def bash(contrast: Contrast, tmp_path: Path) -> Path:
    script = tmp_path / "contrast.bash"
    script.write_text(contrast("completion", "bash").out, encoding="utf-8")
    return script


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_names_every_listed_command_and_no_name_of_before(
    contrast: Contrast, shell: str
) -> None:
    script = contrast("completion", shell).out
    words = set(script.replace("(", " ").replace(")", " ").replace("'", " ").split())
    listed = build_parser().all.listed
    assert {name for name in listed if name not in words and f"{name}:" not in script} == set()
    assert not words & set(OLD_NAMES)


@pytest.mark.parametrize("shell", SHELLS)
def test_the_shell_accepts_the_script(contrast: Contrast, shell: str, tmp_path: Path) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"there is no {shell} here")
    script = tmp_path / f"contrast.{shell}"
    script.write_text(contrast("completion", shell).out, encoding="utf-8")
    done = subprocess.run([program, "-n", script], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_bash_completes_commands_options_methods_and_paths(bash: Path, photos: Path) -> None:
    assert completed(bash, "contrast", "clu") == ["cluster", "clusterings"]
    assert completed(bash, "contrast", "rank", "") == [
        "next", "add", "undo", "import", "export", "show",
    ]  # fmt: skip
    assert completed(bash, "contrast", "cluster", "w", "--cho") == ["--choose-k"]
    assert completed(bash, "contrast", "cluster", "w", "") == [
        "kmeans", "hierarchical", "hdbscan", "mixture",
    ]  # fmt: skip
    photo = str(next(photos.glob("*.jpg")))
    assert completed(bash, "contrast", "inspect", photo[:-2]) == [photo]
    assert completed(bash, "contrast", "measure", str(photos)[:-2]) == [str(photos)]


def test_the_document_holds_the_script(contrast: Contrast) -> None:
    said = contrast("completion", "fish", "--json").json
    assert said["shell"] == "fish"
    assert said["script"].strip() == contrast("completion", "fish").out.strip()


def test_an_unknown_shell_is_wrong_usage(contrast: Contrast) -> None:
    said = contrast("completion", "tcsh")
    assert said.code == 2
    assert "bash, zsh, fish" in said.err
