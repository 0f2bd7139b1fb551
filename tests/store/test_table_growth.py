"""Tables that grow: what is added is written, nothing else, and no bit is taken for another."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from hashlib import blake2b
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contrast_engine.errors import UnknownName, WorkspaceError
from contrast_engine.imageset import ImageIds, ImageSet
from contrast_engine.results import Clustering, Predictions
from contrast_engine.store import Artifact, Workspace, parquet, table_growth, table_parts
from contrast_engine.vectors import Vectors
from tests.faults_of_disks import full_disk

NAMES = ("id", "a:b", "é.x")


def asked(seed=0, kind="features", **more):
    return Artifact(kind, "test@1", {"n": 3}, seed=seed, **more)


def table(numbers, kind="features"):
    """Rows whose numbers follow from their images."""
    ids = ImageIds(np.array(numbers, dtype=np.uint64))
    values = np.array(numbers, dtype=np.float64)
    if kind == "clusterings":
        return Clustering(ids, np.array(numbers, dtype=np.int64) % 5 - 1, values / 7)
    if kind == "predictions":
        share = (values % 11) / 11
        return Predictions(ids, ("a", "b: c"), np.column_stack([share, 1 - share]), values % 2 > 0)
    return Vectors(ids, values.reshape(-1, 1) * [1, 0.5, -3], NAMES)


def equal(one, other):
    names = {"Vectors": ("ids", "values", "columns"), "Clustering": ("ids", "cluster", "distance"),
             "Predictions": ("ids", "labels", "probability", "abstains")}  # fmt: skip
    fields = next(v for k, v in names.items() if any(c.__name__ == k for c in type(one).__mro__))
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in fields)


def of_before(workspace, key, result, inputs=()):
    """Save a table as the versions before did: one file, one checksum."""
    columns = {"id": list(result.ids)}
    columns |= {f"{i}:{name}": result.column(name) for i, name in enumerate(result.columns)}
    data = parquet.encode(columns)
    folder = workspace.root / "features"
    folder.mkdir(exist_ok=True)
    (folder / f"{key}.parquet").write_bytes(data)
    manifest = {"key": key, "type": "Vectors", "rows": len(result), "details": {},
                "checksum": blake2b(data, digest_size=16).hexdigest(), "kind": "features",
                "step": "test@1", "recipe": {"n": 3}, "inputs": list(inputs), "seed": 0}  # fmt: skip
    (folder / f"{key}.json").write_text(json.dumps(manifest))


def written(root):
    """Every file below, with its size and when it was written."""
    return {p: (p.stat().st_size, p.stat().st_mtime_ns) for p in root.rglob("*") if p.is_file()}


@settings(max_examples=12, deadline=None)
@given(
    kind=st.sampled_from(["features", "maps", "clusterings", "predictions"]),
    sizes=st.lists(st.integers(0, 9), min_size=1, max_size=20),
    random=st.randoms(use_true_random=False),
)
def test_a_table_that_grew_is_the_table_of_all_rows(kind, sizes, random):
    numbers = random.sample(range(10_000), sum(sizes) + 4)
    base, rest = sorted(numbers[:4]), numbers[4:]
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder) / "w")
        key, rows = workspace.save(asked(kind=kind), table(base, kind)), list(base)
        for step, size in enumerate(sizes):
            more, rest = rest[:size], rest[size:]
            key = workspace.save_grown(asked(step + 1, kind), key, table(more, kind), {"n": step})
            rows += more
            expected = table(sorted(rows) if kind == "features" else rows, kind)
            assert equal(workspace.load(key), expected)
        again = Workspace(workspace.root)
        assert equal(again.load(key), expected)
        assert again.manifest(key).rows == len(rows)
        assert again.manifest(key).details == {"n": step}
        assert len(json.loads((workspace.root / kind / f"{key}.json").read_text())["parts"]) < 16
        assert equal(again.load(asked(kind=kind).key), table(base, kind))


def test_growing_writes_what_is_added_and_no_other_byte(tmp_path):
    workspace = Workspace(tmp_path / "w")
    key = workspace.save(asked(), table(range(0, 400_000, 2)))
    before = written(workspace.root)
    workspace.save_grown(asked(1), key, table([1, 3, 5]))
    after = written(workspace.root)
    assert all(after[path] == known for path, known in before.items())
    new = sum(size for path, (size, _) in after.items() if path not in before)
    assert new < 5_000 < sum(size for size, _ in before.values()) / 100


def test_a_table_has_few_parts_and_a_row_is_written_seldom(tmp_path):
    workspace = Workspace(tmp_path / "w")
    key, bytes_written, most = workspace.save(asked(), table(range(3000))), 0, 0
    for step in range(1, 81):
        before = set(written(workspace.root / "features"))
        more = table([3000 + step * 10 + i for i in range(10)])
        key = workspace.save_grown(asked(step), key, more)
        parts = json.loads((workspace.root / "features" / f"{key}.json").read_text())["parts"]
        most = max(most, len(parts))
        new = set(written(workspace.root / "features")) - before
        bytes_written += sum(p.stat().st_size for p in new if p.suffix == ".parquet")
    one = (workspace.root / "features" / parts[-1]["file"]).stat().st_size
    assert most <= 3 * table_growth.MANY
    assert bytes_written < 80 * one * 2
    assert len(workspace.load(key)) == 3000 + 800


def test_a_table_of_before_grows_and_stays_as_it_is(tmp_path):
    workspace = Workspace(tmp_path / "w")
    of_before(workspace, "ab" * 8, table([2, 4, 6]))
    before = written(workspace.root / "features")
    key = workspace.save_grown(asked(1), "ab" * 8, table([3, 9]))
    assert equal(Workspace(workspace.root).load(key), table([2, 3, 4, 6, 9]))
    assert equal(workspace.load("ab" * 8), table([2, 4, 6]))
    assert all(
        written(workspace.root / "features")[path] == known for path, known in before.items()
    )


def test_a_question_about_a_set_is_answered_by_the_same_images_named_one_by_one(tmp_path):
    workspace = Workspace(tmp_path / "w")
    rows = table([2, 4, 6])
    of_before(workspace, "ab" * 8, rows, rows.ids)
    question = asked(inputs=rows.images)
    assert workspace.key_of(question) == "ab" * 8
    assert workspace.has(question)
    assert not workspace.has(asked(inputs=table([2, 4]).images))
    assert not workspace.has(Artifact("features", "test@2", {"n": 3}, rows.images, 0))
    assert not workspace.has(asked(1, inputs=rows.images))


def test_the_images_of_a_question_come_back_also_those_without_a_row(tmp_path):
    workspace = Workspace(tmp_path / "w")
    rows, images = table([2, 4, 6]), ImageSet.of(table([1, 2, 4, 6]).ids)
    key = workspace.save(asked(inputs=images), rows)
    assert list(Workspace(workspace.root).manifest(key).inputs) == list(images)
    assert len(workspace.manifest(key).inputs) == 4
    wider = ImageSet.of(table([1, 2, 3, 4, 6]).ids)
    grown = workspace.save_grown(asked(inputs=wider), key, table([3]))
    assert list(workspace.manifest(grown).inputs) == list(wider)
    assert grown == asked(inputs=wider).key != key
    with pytest.raises(ValueError, match="does not name"):
        workspace.save(asked(inputs=images), table([7]))


def test_a_set_is_named_alike_however_it_came_about(tmp_path):
    one = asked(inputs=ImageSet.of(table([1, 2, 3]).ids))
    other = asked(inputs=ImageSet.of(table([3, 1]).ids) | ImageSet.of(table([2]).ids))
    assert one.key == other.key
    assert len(one.as_json()["inputs"]) == 1


@pytest.mark.parametrize(
    ("base", "more", "words"),
    [
        (table([1]), Vectors(table([2]).ids, np.zeros((1, 1)), ("x",)), "same columns"),
        (table([1]), table([2], "clusterings"), "same kind"),
        (table([1, 2]), table([2, 3]), "1 images have a row already"),
    ],
)
def test_rows_that_do_not_fit_are_refused_and_nothing_is_written(tmp_path, base, more, words):
    workspace = Workspace(tmp_path / "w")
    key = workspace.save(asked(), base)
    before = written(workspace.root)
    with pytest.raises(ValueError, match=words):
        workspace.save_grown(asked(1), key, more)
    assert written(workspace.root) == before


def test_a_flipped_bit_anywhere_is_found_when_it_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(table_parts, "SMALL", 0)  # as a large table, which is not read at once
    workspace = Workspace(tmp_path / "w")
    base = workspace.save(asked(), table(range(0, 60, 2)))
    key = workspace.save_grown(asked(1), base, table([1, 3]))
    home = workspace.root / "features"
    whole = table(sorted([*range(0, 60, 2), 1, 3]))
    assert equal(Workspace(workspace.root).load(key), whole)
    for path in (home / f"{base}.parquet", *(home / "parts").glob("*.parquet")):
        data = path.read_bytes()
        for at in range(0, len(data), 7):
            rewritten(path, data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :], at)
            with pytest.raises(UnknownName, match="run the step again"):
                read_all(Workspace(workspace.root), key)
            assert not Workspace(workspace.root).has(asked(1)), at  # so it is made again
        rewritten(path, data, -1)
        assert equal(Workspace(workspace.root).load(key), whole)


def rewritten(path, data, number):
    """Give a file other bytes, and a date that no other has had."""
    path.write_bytes(data)
    os.utime(path, ns=(0, 10**18 + number))


def read_all(workspace, key):
    found = workspace.load(key)
    return len(found.ids), found.values.sum()


def test_a_table_of_before_with_a_flipped_bit_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr(table_parts, "SMALL", 0)
    workspace = Workspace(tmp_path / "w")
    of_before(workspace, "ab" * 8, table(range(30)))
    path = workspace.root / "features" / f"{'ab' * 8}.parquet"
    data = path.read_bytes()
    for at in range(0, len(data), 31):
        rewritten(path, data[:at] + bytes([data[at] ^ 4]) + data[at + 1 :], at)
        with pytest.raises(UnknownName, match="run the step again"):
            read_all(Workspace(workspace.root), "ab" * 8)
    rewritten(path, data, -1)
    assert equal(Workspace(workspace.root).load("ab" * 8), table(range(30)))


@pytest.mark.parametrize("keep", [0, 3, 100, -1])
def test_a_part_that_was_cut_means_that_the_result_is_not_there(tmp_path, keep):
    workspace = Workspace(tmp_path / "w")
    key = workspace.save_grown(asked(1), workspace.save(asked(), table([1, 2])), table([5]))
    (part,) = (workspace.root / "features" / "parts").glob("*.parquet")
    part.write_bytes(part.read_bytes()[:keep])
    assert not workspace.has(asked(1))
    assert workspace.has(asked())
    with pytest.raises(UnknownName):
        workspace.load(key)
    part.unlink()
    assert not workspace.has(asked(1))


def test_a_column_is_read_without_the_others(tmp_path, monkeypatch):
    monkeypatch.setattr(table_parts, "SMALL", 0)
    workspace = Workspace(tmp_path / "w")
    key = workspace.save(asked(), table(range(200_000)))
    found, read = Workspace(workspace.root).load(key), []
    column = table_parts.PartFile.column
    monkeypatch.setattr(
        table_parts.PartFile, "column", lambda file, at: (read.append(at), column(file, at))[1]
    )
    assert found.column("a:b").tolist() == (np.arange(200_000) * 0.5).tolist()
    assert read == [2]
    assert not found.column("a:b").flags.writeable
    with pytest.raises(ValueError, match="read-only"):
        found.values[0, 0] = 1
    assert read == [2, 1, 3]  # what was read before is not read again
    assert len(found) == 200_000
    assert found.ids[7] == f"{7:016x}"


def test_parts_outside_the_folder_are_never_read(tmp_path):
    workspace = Workspace(tmp_path / "w")
    key = workspace.save(asked(), table([1]))
    path = workspace.root / "features" / f"{key}.json"
    for file in (
        "../secret.parquet",
        "/etc/passwd",
        "parts/../../x.parquet",
        "x.json",
        "a/b.parquet",
    ):
        value = json.loads(path.read_text())
        value["parts"][0]["file"] = file
        path.write_text(json.dumps(value))
        assert not workspace.has(asked())


@pytest.mark.parametrize("rows", [10**30, -1, 1e308, float("inf"), "1", [1], None, True])
def test_a_part_with_no_number_of_rows_is_none(tmp_path, rows):
    workspace = Workspace(tmp_path / "w")
    key = workspace.save(asked(), table([1]))
    path = workspace.root / "features" / f"{key}.json"
    value = json.loads(path.read_text())
    value["parts"][0]["rows"] = rows
    path.write_text(json.dumps(value))
    assert not workspace.has(asked())


def test_parts_that_nobody_names_go_in_time_and_others_stay(tmp_path):
    workspace = Workspace(tmp_path / "w")
    key = workspace.save_grown(asked(1), workspace.save(asked(), table([1, 2])), table([5]))
    parts = workspace.root / "features" / "parts"
    kept = list(parts.glob("*.parquet"))
    (parts / f"{'0' * 32}.parquet").write_bytes(b"left by a killed process")
    (parts / f"{'1' * 32}.parquet").write_bytes(b"being written")
    for path in (*kept, parts / f"{'0' * 32}.parquet"):
        os.utime(path, (time.time() - 7200,) * 2)
    assert table_growth.remove_unnamed(workspace.root, "features") == 1
    assert sorted(parts.glob("*.parquet")) == sorted([*kept, parts / f"{'1' * 32}.parquet"])
    assert equal(Workspace(workspace.root).load(key), table([1, 2, 5]))
    (workspace.root / "features" / f"{'c' * 16}.json").write_text("{")  # what it named is unknown
    os.utime(parts / f"{'1' * 32}.parquet", (time.time() - 7200,) * 2)
    assert table_growth.remove_unnamed(workspace.root, "features") == 0


def test_a_full_disk_leaves_the_table_of_before(tmp_path):
    workspace = Workspace(tmp_path / "w")
    key = workspace.save(asked(), table([1, 2]))
    for room in (0, 200, 900):
        with full_disk(room), pytest.raises(WorkspaceError, match="could not be written"):
            workspace.save_grown(asked(1), key, table(range(10, 400)))
        assert not workspace.has(asked(1))
        assert equal(Workspace(workspace.root).load(key), table([1, 2]))
    workspace.save_grown(asked(1), key, table([5]))
    assert workspace.has(asked(1))


GROW = """
import sys
from tests.store.test_table_growth import Workspace, asked, table
workspace, first, step = Workspace(sys.argv[1]), int(sys.argv[2]), 0
key = asked().key
while True:
    step += 1
    key = workspace.save_grown(asked(first + step), key, table([first + step * 3]))
    print(key, flush=True)
"""


def grower(root, first):
    code = textwrap.dedent(GROW)
    here = Path(__file__).parents[2]
    env = {**os.environ, "PYTHONPATH": str(here)}
    return subprocess.Popen([sys.executable, "-c", code, str(root), str(first)],
                            stdout=subprocess.PIPE, text=True, env=env)  # fmt: skip


@pytest.mark.slow
def test_two_processes_that_grow_it_at_once_and_are_killed_lose_nothing(tmp_path):
    workspace = Workspace(tmp_path / "w")
    workspace.save(asked(), table([1, 2]))
    for turn in range(3):
        both = [grower(workspace.root, first) for first in (1000 * turn + 100, 1_000_000 + turn)]
        said = [process.stdout.readline() for process in both]
        time.sleep(0.3 + turn / 7)
        for process in both:
            os.kill(process.pid, signal.SIGKILL)
        said += [line for process in both for line in process.stdout]
        for process in both:
            process.wait()
            process.stdout.close()
        again = Workspace(workspace.root)
        for key in {line.strip() for line in said if len(line) == 17}:
            found = again.load(key)
            assert equal(found, table([int(i, 16) for i in found.ids]))
            assert len(found) > 2
        for made in again.artifacts("features"):
            assert len(again.load(made.key).values) == made.rows
    workspace.save_grown(asked(9_999_999), asked().key, table([7]))  # no lock was left
