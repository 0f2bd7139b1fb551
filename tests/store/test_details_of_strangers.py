"""What a stranger says of a result in another type: a sentence, or the result is left out; no more."""

import contextlib
import json
import shutil
from pathlib import Path

import pytest

from contrast_engine import steps
from contrast_engine.arrays import Json
from contrast_engine.cli import main
from contrast_engine.errors import ContrastError, ModelError, UnknownName
from contrast_engine.said import METHOD, NOW, OF_KIND, OF_REPORT, details_shape, fault_in
from contrast_engine.said.shape import DEEPEST
from contrast_engine.store import Workspace
from contrast_engine.store.said_of_results import details_of, refused
from tests.store.details_readers import READERS
from tests.store.workspace_readers import readers
from tests.strangers.details import EXAMPLES, spoilt
from tests.strangers.making import DEEP

KEY = "00000000000000aa"
STEPS = Path(steps.__file__).parent


def of(name: str) -> tuple[str, str]:
    kind, _, step = name.partition(":")
    return kind, step


def test_every_kind_and_report_has_a_shape_an_example_and_a_step_of_this_version() -> None:
    named = {of(name) for name in EXAMPLES}
    assert {kind for kind, _ in named} >= set(OF_KIND) - {"features"} | {"reports"}
    assert {step.partition("@")[0] for kind, step in named if kind == "reports"} == set(OF_REPORT)
    source = "".join(path.read_text("utf-8") for path in STEPS.rglob("*.py"))
    for step in NOW:
        assert f'"{step}"' in source, f"{step} is no step of this version: say in `said` which is"
    assert {step for _, step in named} - NOW <= {
        "veil@1", "added-feature@warmth", "added-feature@coolness"
    }  # fmt: skip


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_each_step_says_fits_and_is_read(name: str) -> None:
    (kind, step), one = of(name), EXAMPLES[name]
    assert fault_in(details_shape(kind, step), "", one["details"]) == ""
    assert fault_in(METHOD, "", one["recipe"]) == ""
    assert refused(kind, step, KEY, one["details"], one["recipe"]) == ""
    said = details_of(one["details"], kind, step, KEY)
    assert said == one["details"]
    for read in READERS.get(kind if kind != "reports" else step.partition("@")[0], ()):
        read(said)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in EXAMPLES if of(name)[1] in NOW])
def test_whatever_stands_there_is_read_or_refused_in_words(name: str) -> None:
    """Also as if a version before had made it: then it is not left out, but read name by name."""
    kind, step = of(name)
    tried = left_out = 0
    for words, details in spoilt(EXAMPLES[name]["details"]):
        tried += 1
        why = refused(kind, step, KEY, details, {})
        left_out += bool(why)
        assert not why or (KEY in why and "run its step again" in why), words
        said = details_of(details, kind, step.partition("@")[0] + "@0", KEY)
        if not hasattr(said, "_fits"):
            assert why, words  # no plain JSON, which no result of any version is
            continue
        for read in READERS.get(kind if kind != "reports" else step.partition("@")[0], ()):
            print(words)  # seen where it ends otherwise
            with contextlib.suppress(ContrastError):
                read(said)
    assert not tried or left_out > 0.5 * tried, "a shape that refuses nothing"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, photographs) -> Path:
    home = tmp_path_factory.mktemp("made")
    photographs(home / "photos", 24)
    workspace = Workspace(home / "w.contrast")
    steps.scan(workspace, [home / "photos"])
    steps.measure(workspace)
    steps.project(workspace)
    steps.cluster(workspace)
    workspace.labels.define(["low", "high"])
    for row, image in enumerate(workspace.images.ids[:20]):
        workspace.labels.add([image], ("low", "high")[row % 2], who="ann")
    steps.pseudo_label(workspace)
    workspace.close()
    return workspace.root


@pytest.fixture
def workspace(made: Path, tmp_path: Path) -> Workspace:
    return Workspace(Path(shutil.copytree(made, tmp_path / "w.contrast")))


def told(workspace: Workspace, kind: str, **said: Json) -> str:
    """Have the manifest of the result in use say something else; its key."""
    key = workspace.current(kind)
    assert key is not None
    path = workspace.root / kind / f"{key}.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **said}))
    return key


SOME = (
    ("clusterings", {"summary": [1]}), ("clusterings", {"silhouette": 7}),
    ("maps", {"ends": [["x"]]}), ("maps", {"trustworthiness": {"value": "x", "n": 3}}),
    ("predictions", {"labels": "x"}), ("predictions", {"baselines": [{"name": 1}]}),
    ("predictions", {"x": DEEP}), ("maps", {"far": "x" * 9}),
)  # fmt: skip


@pytest.mark.parametrize(("kind", "more"), SOME)
def test_a_result_is_left_out_with_a_reason_and_the_rest_works(
    workspace: Workspace, kind: str, more: Json, capsys: pytest.CaptureFixture[str]
) -> None:
    key = workspace.current(kind)
    assert key is not None
    key = told(workspace, kind, details={**workspace.manifest(key).details, **more})
    others = {one for one in ("maps", "clusterings", "predictions") if one != kind}
    workspace = Workspace(workspace.root)
    assert workspace.current(kind) is None
    assert workspace.artifacts(kind) == []
    with pytest.raises(UnknownName, match=f"result {key} .* run its step again"):
        workspace.load(key)
    assert list(workspace.left_out()) == [key]
    assert all(workspace.current(one) for one in others)
    for one in others:
        for name, read in readers(one).items():
            assert read(workspace, workspace.current(one) or "") is not ..., name
    assert main(["doctor", str(workspace.root)]) in (0, 1)
    assert f"left out: result {key}" in capsys.readouterr().out


@pytest.mark.thorough
@pytest.mark.parametrize("part", ["recipe", "details"])
@pytest.mark.parametrize("is_old", [False, True], ids=["now", "of before"])
@pytest.mark.parametrize("kind", ["maps", "clusterings", "predictions"])
def test_no_page_or_command_ends_otherwise_than_in_words(
    workspace: Workspace, kind: str, part: str, is_old: bool
) -> None:
    key = workspace.current(kind) or ""
    path = workspace.root / kind / f"{key}.json"
    right = json.loads(path.read_text())
    if is_old:
        right["step"] = right["step"].partition("@")[0] + "@0"
    for words, said in spoilt(right[part]):
        path.write_text(json.dumps({**right, part: said}))
        fresh = Workspace(workspace.root)
        for name, read in readers(kind).items():
            print(words, name)  # seen where it ends otherwise
            with contextlib.suppress(ContrastError):
                read(fresh, key)
        fresh.close()


@pytest.mark.parametrize(
    "finding",
    [{}, [], 7, {"check": 1}, {"verdict": "best"}, {"value": "x"}, {"n": None}, {"more": 1},
     {"note": ["x"]}, {"value": 10**30}],
)  # fmt: skip
def test_findings_that_are_none_are_damage_in_words(workspace: Workspace, finding: object) -> None:
    import hashlib

    from contrast_engine.results import Finding, Report
    from contrast_engine.store.artifacts import Artifact

    one = Finding("check", 0.5, 3, "features", "pass", "well")
    key = workspace.save(Artifact("reports", "validate@2"), Report((one,)), {"pass": 1})
    path = workspace.root / "reports" / f"{key}.findings"
    value = json.loads(path.read_bytes())
    known = value["findings"][0]
    is_more = isinstance(finding, dict) and finding
    value["findings"] = [known | finding if is_more else finding]
    path.write_text(json.dumps(value))
    manifest = path.with_suffix(".json")
    said = json.loads(manifest.read_text())
    said["checksum"] = hashlib.blake2b(path.read_bytes(), digest_size=16).hexdigest()
    manifest.write_text(json.dumps(said))
    with pytest.raises(UnknownName, match="is damaged"):
        Workspace(workspace.root).load(key)


@pytest.mark.parametrize(
    "recipe",
    [
        [], 7, {"step": 1}, {"report": []}, {"report": {"epochs": "x"}}, {"options": [1]},
        {"document": {"card": 7}}, {"limit": "x"}, {"classes": {"a": 1}}, {"promise": {"n": 1}},
        {"held_out": 3}, {"parts": "x"}, {"space": ["x"]}, {"method": ["x"]}, {"x": DEEP},
    ],
)  # fmt: skip
def test_models_say_of_themselves_what_they_must(workspace: Workspace, recipe: object) -> None:
    import numpy as np

    workspace.models.save(KEY, {"a": np.zeros(2)}, {"step": "x@1"})
    path = workspace.root / "models" / KEY / "recipe.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "recipe": recipe}))
    assert workspace.models.recipe(KEY) is None
    assert KEY not in workspace.models.recipes()
    with pytest.raises(ModelError, match="train it again"):
        workspace.models.load(KEY)


def test_it_is_not_deeper_than_is_read() -> None:
    deep: object = "x"
    for _ in range(DEEPEST - 2):
        deep = [deep]
    assert refused("features", "measure@4", KEY, {"x": deep}, {}) == ""
    for _ in range(5):
        deep = [deep]
    assert "plain JSON" in refused("features", "measure@4", KEY, {"x": deep}, {})
