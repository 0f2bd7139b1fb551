"""One thing where a list is meant: refused in words, at every door, before anything is done."""

import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import contrast_engine
from contrast_engine import OptionError, Vectors, Workspace, steps
from contrast_engine.several import several
from contrast_engine.store import LabelStore, SelectionStore

TEXT = "photos"

DOORS: dict[str, Callable[[Workspace, Any], object]] = {
    "bundle(tiers)": lambda w, one: steps.bundle(w, "m.contrast", tiers=one),
    "edit_clusters(clusters)": lambda w, one: steps.edit_clusters(w, "merge", clusters=one),
    "edit_clusters(images)": lambda w, one: steps.edit_clusters(w, "split", images=one),
    "embed(columns)": lambda w, one: steps.embed(w, "x.parquet", columns=one),
    "explain_selection(ids)": lambda w, one: steps.explain_selection(w, one),
    "export(images)": lambda w, one: steps.export(w, "x.csv", images=one),
    "export_selection(ids)": lambda w, one: steps.export_selection(w, one, "x.csv"),
    "gather(paths)": lambda w, one: steps.gather(w, one),
    "predict_files(paths)": lambda w, one: steps.predict_files(w, one),
    "pseudo_label(order)": lambda w, one: steps.pseudo_label(w, order=one),
    "remove(images)": lambda w, one: steps.remove(w, one),
    "report(sections)": lambda w, one: steps.report(w, "x.html", sections=one),
    "retrain(paths)": lambda w, one: steps.retrain(w, one),
    "scan(paths)": lambda w, one: steps.scan(w, one),
    "zero_shot(pairs)": lambda w, one: steps.zero_shot(w, "net.onnx", pairs=one),
    "measure(features)": lambda w, one: contrast_engine.measure([], features=one),
    "measure_image(names)": lambda w, one: contrast_engine.measure_image(None, one),
    "LabelStore.add(ids)": lambda w, one: w.labels.add(one, "low"),
    "LabelStore.say(ids)": lambda w, one: w.labels.say(one, "low"),
    "LabelStore.unsure(ids)": lambda w, one: w.labels.unsure(one),
    "LabelStore.define(labels)": lambda w, one: w.labels.define(one),
    "SelectionStore.put(ids)": lambda w, one: w.selections.put(one),
    "SelectionStore.save(ids)": lambda w, one: w.selections.save("name", one),
    "Vectors.rows_of(ids)": lambda w, one: VECTORS.rows_of(one),
    "Vectors.select(columns)": lambda w, one: VECTORS.select(one),
    "Vectors.take(ids)": lambda w, one: VECTORS.take(one),
    "Workspace.pictures(images)": lambda w, one: w.pictures(one),
    "Workspace.forget_roots(roots)": lambda w, one: w.forget_roots(one),
    "Workspace.trust_roots(roots)": lambda w, one: w.trust_roots(one),
    "Workspace.add_roots(roots)": lambda w, one: w.add_roots(one),
    "Workspace.forgive(images)": lambda w, one: w.forgive(one),
    "Workspace.strangers(images)": lambda w, one: w.strangers(one),
    "Workspace.add_files(gone)": lambda w, one: w.add_files((), one),
    "LabelStore.current_of(images)": lambda w, one: w.labels.current_of(one),
    "LabelStore.judged(images)": lambda w, one: w.labels.judged(one),
}

ELSEWHERE = {
    "rank_next(elsewhere)",  # of pairs
    "rank_next(waiting)",  # of pairs
    "LabelStore.take(new)",  # of sayings
    "LabelStore.__init__(strangers)",  # a function
    "measure(images)",  # tests/notebook/test_frames.py
    "Workspace.save_files(files)",  # of rows of the table of files
    "Workspace.add_files(files)",
    "ContrastFeatures.fit(X)",  # a whole column, tests/predict/test_transformer.py
    "ContrastFeatures.transform(X)",
    "ContrastFeatures.__init__(features)",  # a name stands for a group of features
    "Predictor.iterate(items)",  # tests/predict/test_inputs.py
    "Predictor.predict(items)",
    "Predictor.predict_bytes(files)",
    "Predictor.side_by_side(questions)",
    "Predictor.table(items)",
}
"""What takes a list of other things, or is held by a test of its own."""

VECTORS = Vectors(("0" * 16,), [[1.0]], ("c_rms",))  # type: ignore[arg-type]

LIST = re.compile(r"(?:Sequence|Iterable|Collection)\[")


def callables() -> Iterator[tuple[str, Callable[..., object]]]:
    for name in steps.__all__:
        if inspect.isfunction(getattr(steps, name)):
            yield name, getattr(steps, name)
    public = [getattr(contrast_engine, name) for name in contrast_engine.__all__]
    for thing in (*public, LabelStore, SelectionStore):
        if inspect.isfunction(thing):
            yield thing.__name__, thing
        elif inspect.isclass(thing):
            for name, method in inspect.getmembers(thing, inspect.isfunction):
                if not name.startswith("_") or name == "__init__":
                    yield f"{thing.__name__}.{name}", method


def takes_a_list(parameter: inspect.Parameter) -> bool:
    """Whether a list is what it takes, and not what stands inside a mapping or an array."""
    said = str(parameter.annotation)
    return LIST.search(said) is not None and "Mapping[" not in said.split("Sequence[")[0]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "w.contrast")


def test_every_door_that_takes_a_list_is_held_here() -> None:
    found = {
        f"{name}({parameter.name})"
        for name, called in callables()
        for parameter in inspect.signature(called).parameters.values()
        if takes_a_list(parameter)
    }
    assert found == {*DOORS, *ELSEWHERE}


@pytest.mark.parametrize("door", DOORS)
def test_a_text_where_a_list_is_meant_is_refused(door: str, workspace: Workspace) -> None:
    what = door.partition("(")[2].removesuffix(")")
    said = rf"^{what} needs a list, got text 'photos'; put it in brackets: \['photos'\]$"
    with pytest.raises(OptionError, match=said):
        DOORS[door](workspace, TEXT)
    assert not workspace.roots
    assert not workspace.labels.history()


def test_a_path_or_bytes_is_no_list_either() -> None:
    for one, said in (
        (Path("a.jpg"), "the path a.jpg"), (b"\xff\xd8", "bytes of a file"),
        (3, "one int"), (None, "one NoneType"),
    ):  # fmt: skip
        with pytest.raises(OptionError, match=said):
            several(one, "images")  # type: ignore[type-var]


def test_any_list_passes_as_it_is() -> None:
    for many in (["a"], ("a",), {"a"}, {"a": 1}, {"a": 1}.keys(), iter("ab"), range(3)):
        assert several(many, "ids") is many
