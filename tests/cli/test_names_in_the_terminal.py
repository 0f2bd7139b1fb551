"""A file name or a label moves no cursor and colours nothing: the terminal shows its escape."""

import json
from pathlib import Path

import pytest

from contrast_engine.cli import main
from contrast_engine.cli.command_result import CommandResult, print_error, print_result
from contrast_engine.cli.progress_line import ProgressLine
from tests.hostile import OF_CONTROL


@pytest.mark.parametrize(("text", "shown"), OF_CONTROL.items(), ids=OF_CONTROL.values())
def test_a_summary_and_an_error_show_escapes(text, shown, capsys) -> None:
    print_result(CommandResult({"name": text}, [f"image {text}", "second"]), as_json=False)
    print_error(f"contrast: {text} is not there")
    said = capsys.readouterr()
    assert said.out == f"image {shown}\nsecond\n"
    assert said.err == f"contrast: {shown} is not there\n"


@pytest.mark.parametrize("text", OF_CONTROL, ids=OF_CONTROL.values())
def test_json_keeps_every_name_and_sends_no_control_code(text, capsys) -> None:
    print_result(CommandResult({"name": text}, []), as_json=True)
    said = capsys.readouterr().out
    assert json.loads(said) == {"name": text}
    assert said.replace("\n", "").isprintable()


def test_the_progress_line_shows_escapes(capsys) -> None:
    ProgressLine("Scanning").tick(1, 2, "\x1b[2Jred\nline")
    assert r"\x1b[2Jred\nline" in capsys.readouterr().err


def test_a_wrong_word_is_quoted_with_escapes(capsys) -> None:
    with pytest.raises(SystemExit):
        main(["label", "\x1b[31mred"])
    assert "\x1b" not in capsys.readouterr().err
    assert main(["scan", ".", "--\x1b[31mred"]) == 2
    assert "\x1b" not in capsys.readouterr().err


def test_a_file_with_a_control_code_in_its_name_is_listed_with_its_escape(
    tmp_path: Path, photographs, capsys
) -> None:
    photographs(tmp_path / "photos", 2)
    (tmp_path / "photos" / "\x1b[31mred\nx.jpg").write_bytes(b"no image")
    workspace = str(tmp_path / "w.contrast")
    assert main(["scan", workspace, str(tmp_path / "photos")]) == 0
    said = capsys.readouterr().out
    assert r"\x1b[31mred\nx.jpg" in said
    assert "\x1b" not in said
