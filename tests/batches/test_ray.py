"""Measuring by Ray: a killed worker loses no row and doubles none, and nobody is told about it."""

import builtins
import collections
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from contrast_engine import steps
from contrast_engine.batches.ray_job import NEEDS_RAY
from contrast_engine.images import content_id
from contrast_engine.store import Workspace
from tests.batches.made import BAD, filled
from tests.cli.conftest import Contrast, contrast  # noqa: F401 - a fixture
from tests.cli.json_keys import keys_of, shape

ROOT = Path(__file__).parents[2]
LOOPBACK = {"0100007F", "0000000000000000FFFF00000100007F", "00000000000000000000000001000000"}

needs_ray = pytest.mark.skipif(
    importlib.util.find_spec("ray") is None, reason="Ray is not installed (the extra ray)"
)
needs_proc = pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="workers are found through /proc, as Linux has it"
)


def python(*words: str | Path, timeout: float = 570) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *map(str, words)], cwd=ROOT, capture_output=True, text=True,
        timeout=timeout, env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
    )  # fmt: skip


@needs_ray
@needs_proc
@pytest.mark.thorough
@pytest.mark.timeout(600)
def test_a_killed_worker_loses_no_row_and_what_is_made_is_never_made_again(
    tmp_path: Path, photographs: Callable[..., list[Path]]
) -> None:
    photos, more, out = tmp_path / "photos", tmp_path / "more", tmp_path / "parts"
    files = photographs(photos, 18, side=200)
    for at, file in enumerate(files[::2]):  # slow enough to be caught at
        photographs(tmp_path / "large", 1, seed=9 + at, side=1800)[0].replace(file)
    files += [photos / name for name in BAD]
    filled(photos, BAD)
    added = photographs(more, 3, seed=1)
    done = python(Path(__file__).with_name("ray_run.py"), photos, more, out)
    assert "REPORT" in done.stdout, done.stderr[-3000:]
    said = json.loads(done.stdout.partition("REPORT")[2])

    assert len(said["killed"]) == 1
    first, second = said["first"], said["second"]
    keys = keys_of("measure PHOTOS --engine ray --out PARTS")
    assert shape({key: first[key] for key in first if key not in {"code", "err"}}) == keys
    assert (first["code"], first["images"], len(first["problems"])) == (0, 18, len(BAD))
    assert first["made"] == first["parts"] > 4
    assert (second["code"], second["images"]) == (0, 21)
    assert second["made"] == 2  # the one that was taken away, and the one of the new files
    assert said["kept"]

    rows = [
        row
        for part in out.glob("part-*.parquet")
        for row in pq.read_table(part, columns=["path", "content_id"]).to_pylist()
    ]
    times = collections.Counter(row["path"] for row in rows)
    assert set(times.values()) == {1}
    assert set(times) == {str(file) for file in [*files, *added]}
    assert all(row["content_id"] == content_id(Path(row["path"]).read_bytes()) for row in rows)

    home, here = Workspace(tmp_path / "home"), Workspace(tmp_path / "here")
    steps.bring(home, out)
    steps.gather(here, [photos, more])
    assert set(home.images.files) == set(here.images.files)
    assert home.current("features") == here.current("features")
    assert steps.bring(home, tmp_path / "own").added == 0  # made by Ray's own reader and writer

    assert said["usage"] == "0"
    assert not said["dashboard"]
    assert said["listening"]
    assert set(said["listening"]) <= LOOPBACK
    assert second["err"] == ""


@needs_ray
@needs_proc
@pytest.mark.thorough
def test_a_killed_run_goes_on_where_it_was(
    tmp_path: Path, photographs: Callable[..., list[Path]]
) -> None:
    photos, out = tmp_path / "photos", tmp_path / "parts"
    photographs(photos, 200, side=700)
    words = [
        "-m",
        "contrast_engine",
        "measure",
        photos,
        "--engine",
        "ray",
        "--out",
        out,
        "--json",
        "--part-files",
        "10",
    ]
    started = subprocess.Popen([sys.executable, *map(str, words)], cwd=ROOT)
    while not list(out.glob("part-*")):
        assert started.poll() is None
    started.kill()
    started.wait()
    dates = {part: part.stat().st_mtime_ns for part in out.glob("part-*")}
    done = python(*words)
    said = json.loads(done.stdout)
    assert said["images"] == 200
    assert said["made"] <= said["parts"] - len(dates) + 2  # its workers may have finished theirs
    assert all(part.stat().st_mtime_ns == date for part, date in dates.items())
    assert steps.bring(Workspace(tmp_path / "home"), out).images == 200


def test_without_ray_it_is_said_how_to_get_it(
    contrast: Contrast,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = builtins.__import__

    def without(name: str, *rest: object) -> object:
        if name.partition(".")[0] == "ray":
            raise ImportError(name)
        return real(name, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", without)
    said = contrast("measure", tmp_path, "--engine", "ray", "--out", tmp_path / "parts")
    assert (said.code, said.err) == (1, f"contrast: {NEEDS_RAY}\n")
    assert not (tmp_path / "parts").exists()


@needs_ray
@pytest.mark.slow
def test_a_ray_that_does_not_start_is_said_in_words(tmp_path: Path) -> None:
    code = (
        "import sys, ray\n"
        "from contrast_engine.cli import main\n"
        "def fail(**_): raise Exception('The current node timed out during startup.')\n"
        "ray.init = fail\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    (tmp_path / "a.jpg").write_bytes(BAD["cut.jpg"])
    done = python(
        "-c", code, "measure", tmp_path / "a.jpg", "--engine", "ray", "--out", tmp_path / "p"
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "contrast: Ray could not be started: The current node timed out" in done.stderr


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["measure", "w", "--engine", "ray"], "--out PARTS"),
        (["measure", "w", "--out", "parts"], "--out goes with --engine ray"),
        (["measure", "w", "x"], "not understood: x"),
        (["measure", "w", "--engine", "spark"], "'spark'"),
        (["bring", "w"], "missing: PARTS"),
    ],
)
def test_what_cannot_be_meant_is_wrong_usage(
    contrast: Contrast,  # noqa: F811
    words: list[str],
    hint: str,
) -> None:
    said = contrast(*words)
    assert (said.code, said.out) == (2, "")
    assert hint in said.err


@pytest.mark.slow
def test_the_command_brings_parts_home_and_says_how_many(
    contrast: Contrast,  # noqa: F811
    tmp_path: Path,
    photographs: Callable[..., list[Path]],
) -> None:
    from tests.batches.made import made_parts

    photographs(tmp_path / "photos", 5)
    made_parts(tmp_path / "parts", tmp_path / "photos")
    (tmp_path / "parts" / "odd.parquet").write_bytes(b"")
    said = contrast("bring", tmp_path / "w", tmp_path / "parts", "--json")
    assert (said.code, said.json["images"], said.json["added"], said.json["parts"]) == (0, 5, 5, 2)
    again = contrast("bring", tmp_path / "w", tmp_path / "parts")
    assert "0 added and 5 known of 2 parts" in again.out
    assert "odd.parquet: it is damaged or no part" in again.out
    assert contrast("measure", tmp_path / "w", "--json").json["computed"] == 0
    none = contrast("bring", tmp_path / "new", tmp_path / "none")
    assert (none.code, (tmp_path / "new").exists()) == (1, False)
    assert "there are no parts at" in none.err
