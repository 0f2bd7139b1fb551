"""Commands go on without a package that does not work, and name it in one line; doctor says more."""

import json
from pathlib import Path

import pytest

from contrast_engine.cli import main
from tests.plugin_packages import PLAIN, WARMTH, install, remove

BROKEN = "raise RuntimeError('no licence')"
NAMED = "contrast: plugin 'lamp' of contrast-lamp 1.0 is skipped: RuntimeError: no licence"


@pytest.mark.parametrize(
    ("of", "command"),
    [
        ("features", "inspect PHOTO"),
        ("features", "inspect PHOTO --json"),
        ("projections", "project --help"),
        ("clusterings", "cluster --help"),
        ("encoders", "train --help"),
    ],
)
def test_a_command_goes_on_and_names_it_once(
    of: str, command: str, site: Path, photos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    install(site, BROKEN, {of: "lamp"})
    photo = str(sorted(photos.iterdir())[0])
    try:
        code = main([photo if word == "PHOTO" else word for word in command.split()])
    except SystemExit as stopped:
        code = int(stopped.code or 0)
    said = capsys.readouterr()
    assert code == 0
    assert said.err.splitlines() == [f"{NAMED}; see `contrast doctor`"]
    assert said.out


def test_doctor_lists_those_that_work_and_those_that_do_not(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    install(site, BROKEN, {"features": "lamp"})
    install(site, WARMTH + PLAIN, {"features": "warm", "projections": "plain"}, name="warm")
    assert main(["doctor", "--json"]) == 0
    said = capsys.readouterr()
    found = [one for one in json.loads(said.out)["checks"] if one["name"] == "plugin"]
    assert [(one["status"], one["found"]) for one in found] == [
        ("ok", "warm of contrast-warm 1.0 (contrast_engine.features)"),
        ("ok", "plain of contrast-warm 1.0 (contrast_engine.projections)"),
        ("warn", "lamp of contrast-lamp 1.0 (contrast_engine.features) is skipped: "
         "RuntimeError: no licence"),
    ]  # fmt: skip
    assert found[2]["cure"] == "update or remove it: pip uninstall contrast-lamp"
    assert "skipped" not in said.err


def test_inspect_shows_a_feature_of_another_package_or_why_it_failed(
    site: Path, photos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photo = str(sorted(photos.iterdir())[0])
    install(site, WARMTH, {"features": "warm"})
    assert main(["inspect", photo]) == 0
    out = capsys.readouterr().out
    assert out.count("of other packages:") == 1
    assert "Warmth: share of red" in out
    install(
        site, WARMTH.replace("    red, _", "    1 / 0\n    red, _"), {"features": "w"}, name="b"
    )
    remove(site)
    assert main(["inspect", photo, "--json"]) == 0
    added = json.loads(capsys.readouterr().out)["added_features"]
    assert added == {
        "warmth": "warmth of contrast-b 1.0 failed: ZeroDivisionError: division by zero"
    }
