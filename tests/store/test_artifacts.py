"""Results: named by their question, whole or not there, the same bytes every time."""

import copy
import dataclasses
import json

import numpy as np
import pytest

from contrast_engine.errors import UnknownName
from contrast_engine.imageset import ImageId
from contrast_engine.results import Clustering, Finding, Predictions, Report
from contrast_engine.store import Artifact, Workspace, table_growth
from contrast_engine.vectors import Vectors

IDS = tuple(f"{i:016x}" for i in range(4))

RESULTS = {
    "features": Vectors(IDS, np.random.default_rng(0).normal(size=(4, 3)), ("id", "a:b", "é")),
    "clusterings": Clustering(IDS, np.array([2, -1, 0, 2]), np.array([0.5, 0.0, 0.1, 0.2])),
    "predictions": Predictions(
        IDS, ("low", "high: very"), np.array([[0.25, 0.75]] * 4), np.array([1, 0, 0, 1], bool)
    ),
    "reports": Report((Finding("stability", 0.5, 4, "space", "pass", "fine", low=0.1),), {"k": 1}),
}


@pytest.fixture
def workspace(tmp_path):
    return Workspace(tmp_path / "w.contrast")


def artifact(kind="features", **changes):
    parts = {"step": "test@1", "recipe": {"n": 3}, "inputs": ("x",), "seed": 0} | changes
    return Artifact(kind, **parts)


def equal(one, other):
    if isinstance(one, Report):
        return one == other
    fields = list(one.__dataclass_fields__)
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in fields)


@pytest.mark.parametrize("kind", RESULTS)
def test_a_result_comes_back_exactly_also_in_another_process_view(workspace, kind):
    key = workspace.save(artifact(kind), RESULTS[kind], {"score": np.float64(0.5)})
    again = Workspace(workspace.root)
    assert again.has(artifact(kind))
    assert equal(again.load(key), RESULTS[kind])
    manifest = again.manifest(key)
    assert (manifest.kind, manifest.step, manifest.recipe) == (kind, "test@1", {"n": 3})
    assert manifest.inputs == ("x",)
    assert manifest.details == {"score": 0.5}
    assert manifest.rows == (1 if kind == "reports" else 4)


@pytest.mark.parametrize("kind", ["features", "clusterings", "predictions"])
def test_a_result_with_another_value_is_one_in_memory(workspace, kind):
    field, kept = {"features": ("values", 2 * np.ones((4, 3))), "clusterings": ("distance",
                   np.ones(4)), "predictions": ("abstains", np.ones(4, bool))}[kind]  # fmt: skip
    workspace.save(artifact(kind), RESULTS[kind])
    found = Workspace(workspace.root).load(artifact(kind).key)
    changed = dataclasses.replace(found, **{field: kept})
    assert np.array_equal(getattr(changed, field), kept)
    assert equal(dataclasses.replace(changed, **{field: getattr(found, field)}), RESULTS[kind])
    assert equal(copy.copy(found), RESULTS[kind])


def test_vectors_without_rows_come_back(workspace):
    empty = Vectors((), np.zeros((0, 2)), ("a", "b"))
    assert equal(workspace.load(workspace.save(artifact(), empty)), empty)


def test_any_part_of_the_question_changes_the_key():
    keys = {
        artifact().key,
        artifact("maps").key,
        artifact(step="test@2").key,
        artifact(recipe={"n": 4}).key,
        artifact(inputs=("x", "y")).key,
        artifact(inputs=("xy",)).key,
        artifact(seed=1).key,
        artifact(seed=None).key,
    }
    assert len(keys) == 8
    assert artifact(recipe={"b": 1, "a": 2}).key == artifact(recipe={"a": 2, "b": 1}).key


def test_saving_twice_gives_the_same_bytes(workspace):
    files = []
    for _ in range(2):
        key = workspace.save(artifact(), RESULTS["features"], {"b": 1, "a": [1.5]})
        folder = workspace.root / "features"
        files.append([(folder / f"{key}.{end}").read_bytes() for end in ("json", "parquet")])
    assert files[0] == files[1]


def test_a_number_json_cannot_say_is_refused_before_anything_is_written(workspace):
    with pytest.raises(ValueError, match="JSON"):
        workspace.save(artifact(), RESULTS["features"], {"score": float("nan")})
    assert not (workspace.root / "features").exists()


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", "null", '{"key": "0"}', "\0" * 50])
def test_a_half_written_manifest_means_the_result_is_not_there(workspace, text):
    key = workspace.save(artifact(), RESULTS["features"])
    workspace.make_current("features", key)
    (workspace.root / "features" / f"{key}.json").write_text(text)
    assert not workspace.has(artifact())
    assert workspace.artifacts("features") == []
    assert workspace.current("features") is None
    with pytest.raises(UnknownName, match="run the step again"):
        workspace.load(key)


@pytest.mark.parametrize("wrong", [{"inputs": [{"a": 1}]}, {"inputs": [7]}, {"parts": [7]}])
def test_a_manifest_of_other_types_means_the_result_is_not_there(workspace, wrong):
    key = workspace.save(artifact(), RESULTS["features"])
    path = workspace.root / "features" / f"{key}.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | wrong))
    assert not workspace.has(artifact())
    assert table_growth.unnamed(workspace.root, "features") == []


def test_a_manifest_cut_anywhere_means_the_result_is_not_there(workspace):
    key = workspace.save(artifact(), RESULTS["features"])
    path = workspace.root / "features" / f"{key}.json"
    whole = path.read_bytes()
    for keep in range(0, len(whole) - 2, 7):
        path.write_bytes(whole[:keep])
        assert not Workspace(workspace.root).has(artifact())


def test_data_that_does_not_match_its_manifest_is_not_there(workspace):
    key = workspace.save(artifact(), RESULTS["features"])
    path = workspace.root / "features" / f"{key}.parquet"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    assert not workspace.has(artifact())
    workspace.save(artifact(), RESULTS["features"])
    assert equal(workspace.load(key), RESULTS["features"])


def test_data_without_its_manifest_is_not_there(workspace):
    key = workspace.save(artifact(), RESULTS["features"])
    (workspace.root / "features" / f"{key}.json").unlink()
    assert not workspace.has(artifact())


@pytest.mark.parametrize("key", ["../../secret", "", "0" * 15, "G" * 16, "0" * 16 + "\n"])
def test_a_name_that_is_no_key_reads_no_file(workspace, key):
    (workspace.root.parent / "secret.json").write_text(json.dumps({"key": key}))
    with pytest.raises(UnknownName):
        workspace.manifest(key)


def test_the_current_result_is_the_one_asked_for_last(workspace):
    first = workspace.save(artifact(), RESULTS["features"])
    second = workspace.save(artifact(seed=1), RESULTS["features"])
    assert workspace.current("features") is None
    workspace.make_current("features", second)
    workspace.make_current("features", first)
    assert Workspace(workspace.root).current("features") == first
    with pytest.raises(UnknownName):
        workspace.make_current("maps", first)
    with pytest.raises(UnknownName, match="no kind of result 'feature'"):
        workspace.current("feature")


def test_results_of_a_kind_are_listed_newest_first(workspace):
    keys = [workspace.save(artifact(seed=s), RESULTS["features"]) for s in range(3)]
    assert [m.key for m in workspace.artifacts("features")] == keys[::-1]
    assert workspace.artifacts("maps") == []


def test_what_is_still_in_use_is_not_read_again_and_what_is_saved_anew_is(workspace):
    key = workspace.save(artifact(), RESULTS["features"])
    held = workspace.load(key)
    assert workspace.load(key) is held
    workspace.save(artifact(), Vectors(IDS, np.zeros((4, 3)), ("id", "a:b", "é")))
    assert not workspace.load(key).values.any()
    assert held.values.any()  # its rows are never written over
    (workspace.root / "features" / f"{key}.json").unlink()
    with pytest.raises(UnknownName):
        workspace.load(key)


def test_a_result_without_its_rows_is_not_there(workspace):
    key = workspace.save(artifact(), RESULTS["features"])
    (workspace.root / "features" / f"{key}.parquet").unlink()
    with pytest.raises(UnknownName):
        workspace.load(key)


def test_results_of_the_same_images_hold_their_ids_once(tmp_path):
    workspace = Workspace(tmp_path / "w")
    ids = tuple(ImageId(f"{number:016x}") for number in range(9))
    keys = [
        workspace.save(Artifact("features", f"test@{n}"), Vectors(ids, np.full((9, 1), n), ("a",)))
        for n in (1.0, 2.0)
    ]
    first, second = (workspace.load(key).numbers for key in keys)
    assert first is second
    other = Artifact("features", "test@3")
    third = workspace.load(workspace.save(other, Vectors(ids[:8], np.zeros((8, 1)), ("a",))))
    assert third.numbers.tolist() == first[:8].tolist()
