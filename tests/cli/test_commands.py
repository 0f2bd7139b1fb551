import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import contrast_engine
from contrast_engine.cli.commands import ALONE, READS_ALL, TITLES, build_parser
from contrast_engine.cli.parser import Parser
from tests.cli.conftest import Contrast

ENGINE = Path(contrast_engine.__file__).parent


def leaves(parser: Parser) -> Iterator[Parser]:
    """Every command that can be run."""
    if parser.commands is None:
        yield parser
        return
    for child in parser.commands.listed.values():
        yield from leaves(child)


def test_help_lists_every_command_under_its_title(contrast: Contrast) -> None:
    said = contrast("--help")
    assert said.code == 0
    positions = [said.out.index(f"\n{title}:\n") for title in TITLES]
    assert positions == sorted(positions)
    for command in ("quickstart", "gather", "edit-clusters", "pseudo-label", "human-scores"):
        assert f"\n  {command} " in said.out
    assert max(map(len, said.out.splitlines())) <= 100


@pytest.mark.parametrize("command", list(leaves(build_parser())), ids=lambda p: p.prog)
def test_every_command_explains_itself_and_takes_json(command: Parser) -> None:
    text = command.format_help()
    assert "--json" in text
    assert 10 < len(command.description or "") < 90
    assert (command.description or "").endswith(".")


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["scna", "w"], "did you mean 'scan'"),
        (["label", "ad", "w"], "did you mean 'add'"),
        (["rank", "next", "w", "--strategy", "randm"], "did you mean 'random'"),
        (["measure"], "missing: WS"),
        (["measure", "w", "extra"], "not understood: extra"),
        (["measure", "w", "--treads", "2"], "contrast measure: not understood: --treads"),
        (["cluster", "w", "--seed", "x"], "--seed"),
        (["cluster", "w", "--seed", "-1"], "at least 0"),
        (["measure", "w", "--threads", "0"], "at least 1"),
        *(
            (command, "at least 1")
            for command in (
                ["gather", "w", "--workers", "0"],
                ["scan", "w", "--workers", "-1"],
                ["measure", "w", "--workers", "two"],
                ["predict", "w", "a.jpg", "--workers", "1.5"],
            )
        ),
        (["label", "add", "w", "--label", "low"], "--image"),
        (["project", "w", "pcaa"], "did you mean 'pca'"),
        (["cluster", "w", "kmeans", "-o", "n_cluster=3"], "did you mean 'n_clusters'"),
        (["cluster", "w", "kmeans", "-o", "n_clusters=many"], "a whole number"),
        (["cluster", "w", "kmeans", "-o", "n_clusters=1"], "from 2"),
        (["cluster", "w", "kmeans", "-o", "n_clusters"], "NAME=VALUE"),
        (["pseudo-label", "w", "--order", "low"], "two different labels"),
        (["app", "--port", "70000"], "65535"),
    ],
)
def test_wrong_usage_is_exit_two_and_says_what_was_meant(
    contrast: Contrast, arguments: list[str], hint: str
) -> None:
    said = contrast(*arguments)
    assert (said.code, said.out) == (2, "")
    assert hint in said.err
    assert "Traceback" not in said.err
    assert "--help" in said.err


def test_no_command_at_all_shows_the_help(contrast: Contrast) -> None:
    said = contrast()
    assert (said.code, said.out) == (2, "")
    assert "Usage: contrast COMMAND" in said.err


def test_version_is_one_line(contrast: Contrast) -> None:
    said = contrast("--version")
    assert said.code == 0
    assert said.out.startswith("contrast ")
    assert len(said.out.splitlines()) == 1


def test_a_missing_workspace_is_one_line_and_exit_one(contrast: Contrast, tmp_path: Path) -> None:
    commands = (
        ["measure"], ["project"], ["cluster"], ["pseudo-label"], ["validate"],
        ["predict"], ["export"], ["jobs"], ["label", "list"], ["app"],
    )  # fmt: skip
    for command in commands:
        extra = {"predict": ["x.jpg"], "export": ["x.csv"]}.get(command[0], [])
        said = contrast(*command, tmp_path / "none", *extra)
        assert (said.code, said.out) == (1, ""), command
        assert len(said.err.splitlines()) == 1
        assert "contrast scan" in said.err


def test_method_help_lists_the_options_of_every_method(contrast: Contrast) -> None:
    said = contrast("cluster", "--help").out
    assert "-o n_clusters=3" in said
    assert "hierarchical" in said


NEW_NAMES = {
    "odd": "outliers",
    "doubles": "duplicates",
    "people": "human-scores",
    "regroup": "edit-clusters",
    "runs": "clusterings",
}


@pytest.mark.parametrize(("old", "new"), NEW_NAMES.items())
def test_a_name_of_before_is_the_same_command_and_stands_in_no_list(
    contrast: Contrast, old: str, new: str
) -> None:
    assert contrast(old, "--help").out == contrast(new, "--help").out
    assert f"\n  {old} " not in contrast("--help").out
    assert old not in contrast("nothing-like-it").err.split("there are:")[1].split(", ")


def test_say_is_the_name_of_before_of_rank_add(contrast: Contrast) -> None:
    assert contrast("rank", "say", "--help").out == contrast("rank", "add", "--help").out
    assert " say " not in contrast("rank", "--help").out


@pytest.mark.slow
def test_a_name_of_before_prints_the_same_document(contrast: Contrast, workspace: Path) -> None:
    for old in ("odd", "doubles", "runs"):
        said = contrast(old, workspace, "--json")
        assert said.code == 0
        assert said.json == contrast(NEW_NAMES[old], workspace, "--json").json


def test_the_help_of_everything_loads_no_numbers_and_no_networks() -> None:
    code = (
        "import sys\n"
        "from contrast_engine.cli.commands import build_parser\n"
        "build_parser().format_help()\n"
        "print({'numpy', 'torch', 'sklearn', 'PIL', 'importlib.metadata'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "set()", done.stderr


PRIVATE_WORDS = re.compile(
    r"\b(measures that|the measures|doubles|odd images|would rather|rather not say|structureless"
    r"|raters?|sayings?|settled|regroup|says? so|teach\w*|strangers|encircle\w*|taken for)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("command", list(leaves(build_parser())), ids=lambda p: p.prog)
def test_help_speaks_in_the_terms_of_the_field(command: Parser) -> None:
    command.late_epilog = None  # methods speak for themselves, and have a test of their own
    assert PRIVATE_WORDS.search(command.format_help()) is None


def test_every_command_has_a_file_of_its_name_in_a_folder_of_its_slice() -> None:
    files = {file for titled in TITLES.values() for file in titled}
    named = {file.rsplit(".", 1)[1].replace("_", "-") for file in files}
    assert named == set(build_parser().all.listed)
    found = {
        ".".join(("contrast_engine", *path.relative_to(ENGINE).with_suffix("").parts))
        for path in (ENGINE / "cli").rglob("*.py")
        if "\ndef add_command(" in path.read_text(encoding="utf-8")
    }
    listed = {f"contrast_engine.cli.{file}" for file in files}
    assert found == listed, "one is not in the list of commands"


@pytest.mark.parametrize("word", ALONE)
def test_a_command_alone_is_the_same_as_among_all(word: str) -> None:
    alone, whole = build_parser(word), build_parser()
    assert list(alone.all.listed) == ([word] if word not in READS_ALL else list(whole.all.listed))
    one = [(each.prog, each.format_help()) for each in leaves(alone)]
    assert one == [(each.prog, each.format_help()) for each in leaves(whole)
                   if each.prog.split()[1] == word or word in READS_ALL]  # fmt: skip


def test_no_file_of_the_command_line_imports_the_list_of_commands_but_its_door() -> None:
    importing = {
        path.relative_to(ENGINE).as_posix()
        for path in ENGINE.rglob("*.py")
        if "contrast_engine.cli.commands" in path.read_text(encoding="utf-8")
    }
    assert importing == {"cli/__init__.py"}
