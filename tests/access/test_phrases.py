"""The file of pass phrases, and the file of roles."""

import os
from pathlib import Path

import pytest

from contrast_engine.access import Phrases, Role, RoleList
from contrast_engine.access.phrases import hashed
from contrast_engine.errors import OptionError

LINES = [
    "# who comes in",
    "viewer: looking is all we do",
    "annotator: labels by the dozen",
    "owner Olga: this house is mine",
    "",
]


def written(path: Path, lines: list[str], mode: int = 0o600) -> Path:
    path.write_text("\n".join(lines), encoding="utf-8")
    path.chmod(mode)
    return path


def test_a_phrase_gives_its_role_and_the_name_that_was_typed(tmp_path: Path) -> None:
    known = Phrases.of(written(tmp_path / "phrases", LINES))
    for name, phrase, role in (
        ("Vera", "looking is all we do", Role.VIEWER),
        (" Ada  Lovelace", "labels by the dozen", Role.ANNOTATOR),
        ("olga", "this house is mine", Role.OWNER),
    ):
        person = known.person(name, phrase)
        assert person is not None
        assert (person.role, person.is_known) == (role, True)
    assert known.person("Ada  Lovelace", "labels by the dozen").name == "Ada Lovelace"  # type: ignore[union-attr]
    assert known.person("OLGA", "this house is mine").name == "Olga"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("name", "phrase"),
    [
        ("Eve", "labels by the dozeN"),
        ("Eve", ""),
        ("Eve", "this house is mine"),  # it is Olga's
        ("Olga", "labels by the dozen"),  # she has her own, and nobody else is Olga
        ("Eve", "x" * 10_000),
    ],
)
def test_another_phrase_lets_nobody_in(tmp_path: Path, name: str, phrase: str) -> None:
    assert Phrases.of(written(tmp_path / "phrases", LINES)).person(name, phrase) is None


def test_a_line_alone_is_the_phrase_of_annotators(tmp_path: Path) -> None:
    known = Phrases.of(written(tmp_path / "phrases", ["one phrase: for all of us"]))
    person = known.person("Ada", "one phrase: for all of us")
    assert person is not None
    assert person.role is Role.ANNOTATOR


def test_a_hashed_phrase_may_be_read_by_others_and_not_changed(tmp_path: Path) -> None:
    lines = [f"owner: {hashed('four words of mine')}"]
    assert "four words" not in lines[0]
    assert hashed("four words of mine") != hashed("four words of mine")  # salted
    known = Phrases.of(written(tmp_path / "phrases", lines, 0o644))
    assert known.person("Ada", "four words of mine") is not None
    assert known.person("Ada", "four words of yours") is None
    with pytest.raises(OptionError, match="could change it"):
        Phrases.of(written(tmp_path / "phrases", lines, 0o666))


@pytest.mark.skipif(os.name == "nt", reason="files have no such modes there")
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o620])
def test_a_file_of_plain_phrases_that_others_read_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(OptionError, match=r"could read it; `chmod 600 .*contrast password"):
        Phrases.of(written(tmp_path / "phrases", LINES, mode))


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ([], "no pass phrase"),
        (["# only a remark"], "no pass phrase"),
        (["owner: short"], "line 1: a pass phrase has 12"),
        (["owner:"], "line 1: a pass phrase has 12"),
        (["", "owner simulated A: long enough it is"], "line 2: names that begin with"),
        (["owner: scrypt$abc"], "line 1: the hash is not whole"),
        (["owner: scrypt$!$!"], "line 1: the hash is not whole"),
        (["", "admin: scrypt$c2FsdHNhbHQ=$aGFzaA=="], "line 2: before a hash stands a role"),
        (["owner Ada: long enough it is", "viewer ada: long enough it was"], "two lines"),
    ],
)
def test_a_file_that_is_none_says_which_line(tmp_path: Path, lines: list[str], why: str) -> None:
    with pytest.raises(OptionError, match=rf"phrases: .*{why}"):
        Phrases.of(written(tmp_path / "phrases", lines))
    with pytest.raises(OptionError, match="nowhere cannot be read"):
        Phrases.of(tmp_path / "nowhere")


def test_roles_of_a_list_are_read_again_when_it_changes(tmp_path: Path) -> None:
    file = written(tmp_path / "roles", ["ada@example.org: owner", "Grace Hopper : viewer"])
    known = RoleList(file)
    assert known.role("ADA@example.org") is Role.OWNER
    assert known.role("grace  hopper") is Role.VIEWER
    assert known.role("eve@example.org") is Role.NOBODY
    written(file, ["ada@example.org: viewer", "*: annotator", "# nobody else"])
    assert known.role("ada@example.org") is Role.VIEWER
    assert known.role("eve@example.org") is Role.ANNOTATOR
    file.unlink()
    assert known.role("ada@example.org") is Role.NOBODY


def test_what_an_editor_puts_before_the_first_line_is_no_part_of_it(tmp_path: Path) -> None:
    roles = written(tmp_path / "roles", ["\ufeffada@example.org: viewer", "*: annotator"])
    assert RoleList(roles).role("ada@example.org") is Role.VIEWER
    phrases = written(tmp_path / "phrases", ["\ufeffowner: this house is mine"])
    assert Phrases.of(phrases).roles == {Role.OWNER}


def test_an_accent_is_the_same_however_it_is_written(tmp_path: Path) -> None:
    roles = written(tmp_path / "roles", ["zoe\u0308@example.org: viewer", "*: annotator"])
    assert RoleList(roles).role("zo\u00eb@example.org") is Role.VIEWER


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["ada"],
        ["ada: king"],
        [": owner"],
        ["ada: viewer", "Ada: owner"],
        ["*: owner", "*: viewer"],
    ],
)
def test_a_list_of_roles_that_is_none_is_refused(tmp_path: Path, lines: list[str]) -> None:
    with pytest.raises(OptionError, match="roles"):
        RoleList(written(tmp_path / "roles", lines)).read()
