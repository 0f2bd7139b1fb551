"""Bytes in, rows of features out: as measuring computes them, and nothing is ever raised."""

import ast
import importlib
import math
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import contrast_engine
from contrast_engine.batches import measure_bytes, measure_schema, predict_bytes, predict_schema
from contrast_engine.errors import ModelError, OptionError, UnknownName
from contrast_engine.features import FEATURE_VERSION, feature_names, measure_image
from contrast_engine.images import ReadingOptions, content_id, examine, read_image
from contrast_engine.predict import Predictor, write_model
from contrast_engine.steps.collection.measured_rows import measured
from tests.batches.made import BAD, GOOD, as_table
from tests.predict.conftest import made_model
from tests.test_images_bad import REFUSED

MODEL = made_model(n=30)

Judge = Callable[[pa.Table], pa.Table]


def predicted(batch: pa.Table) -> pa.Table:
    return predict_bytes(batch, model=MODEL)


BOTH = pytest.mark.parametrize(
    ("judge", "schema"),
    [(measure_bytes, measure_schema), (predicted, predict_schema)],
    ids=["measure", "predict"],
)


def test_rows_are_those_of_measuring_bit_for_bit_with_what_a_scan_knows() -> None:
    found = measure_bytes(as_table(GOOD)).to_pylist()
    for (name, data), row in zip(GOOD.items(), found, strict=True):
        values, copy = measured(read_image(data))
        examined = examine(data)
        facts = examined.facts
        assert row["problem"] is None, name
        assert (row["path"], row["id"], row["content_id"]) == (name, facts.id, content_id(data))
        assert list(row["features"]) == list(feature_names())
        assert np.array(list(row["features"].values())).tobytes() == values.tobytes(), name
        assert row["copy"] == copy.tobytes()
        assert row["thumbnail"] == examined.thumbnail()
        assert (row["width"], row["height"], row["bytes"]) == (facts.width, facts.height, len(data))
        assert (row["format"], row["reader"]) == (facts.format, facts.reader)
        assert tuple(row["notes"]) == facts.notes
        assert row["feature_version"] == FEATURE_VERSION


def test_predictions_are_those_of_a_predictor_bit_for_bit() -> None:
    predictor = Predictor(MODEL)
    files = list(GOOD.items())
    for expected, row in zip(
        predictor.predict_bytes(files), predicted(as_table(GOOD)).to_pylist(), strict=True
    ):
        for name in ("path", "id", "label", "probability", "abstains", "cluster", "cluster_name"):
            assert row[name] == getattr(expected, name), name
        assert dict(row["probabilities"]) == expected.probabilities
        assert (row["model"], row["tier"], row["problem"]) == (MODEL.key, "full", None)
        image = read_image(GOOD[expected.path], options=MODEL.reading)
        assert row["features"] == measure_image(image)


@BOTH
def test_no_bytes_raise_and_each_bad_kind_is_a_row_with_its_plain_reason(
    judge: Judge, schema: Callable[[], pa.Schema]
) -> None:
    files: dict[str, bytes | None] = {**BAD, "none.jpg": None, **GOOD}
    found = judge(as_table(files))
    assert found.schema == schema()
    rows = {row["path"]: row for row in found.to_pylist()}
    assert list(rows) == list(files)
    for name, (_, reason) in REFUSED.items():
        assert rows[name]["problem"].startswith(reason)
        assert rows[name]["features"] is None
        assert rows[name]["content_id"] == content_id(BAD[name])
    assert rows["none.jpg"]["problem"].startswith("none.jpg came without its bytes")
    assert rows["none.jpg"]["id"] is None
    for name in GOOD:
        assert rows[name]["problem"] is None
        assert all(map(math.isfinite, rows[name]["features"].values()))


@BOTH
@pytest.mark.slow
def test_bytes_at_random_and_flipped_ones_raise_nothing(
    judge: Judge, schema: Callable[[], pa.Schema]
) -> None:
    rng = np.random.default_rng(8)
    files: dict[str, bytes | None] = {}
    for name, data in GOOD.items():
        for turn in range(6):
            changed = bytearray(data)
            for spot in rng.integers(0, len(data), 5):
                changed[spot] = rng.integers(0, 256)
            files[f"{turn}-{name}"] = bytes(changed[: rng.integers(1, len(data) + 1)])
    files |= {f"noise-{n}": rng.bytes(int(n)) for n in rng.integers(1, 3000, 30)}
    found = judge(as_table(files)).to_pylist()
    assert [row["path"] for row in found] == list(files)
    assert all((row["problem"] is None) == (row["features"] is not None) for row in found)


@BOTH
@pytest.mark.parametrize(
    "shaped",
    [
        lambda t: t,
        lambda t: t.combine_chunks().to_batches()[0],
        lambda t: t.set_column(1, "bytes", t["bytes"].cast(pa.large_binary())),
        lambda t: t.set_column(0, "path", t["path"].cast(pa.large_string())),
        lambda t: t.set_column(0, "path", t["path"].dictionary_encode()),
        lambda t: t.set_column(0, "path", t["path"].cast(pa.binary())),
        lambda t: pa.concat_tables([t.slice(0, 2), t.slice(2)]),
        lambda t: t.append_column("other", pa.array([{"a": 1}] * t.num_rows)),
        lambda t: t.select(["bytes"]),
    ],
    ids=["table", "batch", "large", "long", "dictionary", "raw", "chunks", "more", "nameless"],
)
def test_any_arrow_form_gives_the_same_rows_in_its_own_form(
    judge: Judge, schema: Callable[[], pa.Schema], shaped: Callable[[pa.Table], pa.Table]
) -> None:
    few = dict(list(GOOD.items())[:3])
    given = shaped(as_table(few))
    found = judge(given)
    assert type(found) is type(given)
    assert found.schema == schema()
    assert found.column("features").to_pylist() == judge(as_table(few))["features"].to_pylist()


@BOTH
def test_no_rows_have_the_columns_of_many(judge: Judge, schema: Callable[[], pa.Schema]) -> None:
    assert judge(as_table({})).schema == schema()
    assert judge(as_table({})).num_rows == 0


@BOTH
def test_values_that_are_no_bytes_and_names_that_are_no_names_are_rows(
    judge: Judge, schema: Callable[[], pa.Schema]
) -> None:
    found = judge(pa.table({"bytes": [1, None], "path": pa.array([None, None], pa.string())}))
    assert [row["problem"][:9] for row in found.to_pylist()] == ["the image"] * 2
    (row,) = judge(
        pa.table({"bytes": ["text"], "path": pa.array([b"caf\xe9/\xff.jpg"])})
    ).to_pylist()
    assert row["path"] == r"caf\xe9/\xff.jpg"
    assert row["problem"].startswith(r"\xff.jpg is not an image")


@BOTH
def test_a_batch_without_bytes_is_refused_in_words(
    judge: Judge, schema: Callable[[], pa.Schema]
) -> None:
    with pytest.raises(OptionError, match=r"column 'bytes'.*'path'"):
        judge(pa.table({"path": ["a"]}))


@BOTH
def test_names_and_problems_that_came_along_come_back(
    judge: Judge, schema: Callable[[], pa.Schema]
) -> None:
    table = as_table({"a.jpg": GOOD["colour.jpg"], "b.jpg": None})
    table = table.append_column("id", pa.array(["mine", None]))
    table = table.append_column("problem", pa.array([None, "b.jpg may not be read"]))
    one, two = judge(table).to_pylist()
    assert (one["id"], one["content_id"]) == ("mine", content_id(GOOD["colour.jpg"]))
    assert (one["problem"], two["problem"]) == (None, "b.jpg may not be read")


def test_reading_options_are_used_and_stand_in_the_row() -> None:
    options = ReadingOptions(white="1.0")
    (row,) = measure_bytes(as_table({"a.tif": GOOD["floats.tif"]}), options).to_pylist()
    assert row["features"] == measure_image(read_image(GOOD["floats.tif"], options=options))
    assert row["features"] != measure_image(read_image(GOOD["floats.tif"]))
    assert (row["reading"], row["reader"]) == ('{"white": "1.0"}', "2 white=1.0")


def test_an_unexpected_error_and_want_of_memory_are_problems_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for error, said in ((MemoryError(), "more memory"), (ZeroDivisionError("x"), "unexpected")):

        def fail(*_: object, error: BaseException = error, **__: object) -> None:
            raise error

        monkeypatch.setattr("contrast_engine.batches.measuring.examine", fail)
        (row,) = measure_bytes(as_table({"a": b"x"})).to_pylist()
        assert said in row["problem"]


def test_one_thread_is_used() -> None:
    import cv2

    cv2.setNumThreads(2)
    before = threading.active_count()
    measure_bytes(as_table(GOOD))
    assert cv2.getNumThreads() == 1
    assert threading.active_count() == before


def test_a_model_file_is_opened_once_and_again_when_it_is_another(tmp_path, monkeypatch) -> None:
    opened = []
    load = Predictor.load
    monkeypatch.setattr(Predictor, "load", lambda path: opened.append(path) or load(path))
    file = tmp_path / "model.contrast"
    write_model(MODEL, file)
    few = as_table({"a.jpg": GOOD["colour.jpg"]})
    for _ in range(3):
        assert predict_bytes(few, model=file).equals(predicted(few))
    assert len(opened) == 1
    write_model(made_model(n=45), file, overwrite=True)
    assert not predict_bytes(few, model=str(file)).equals(predicted(few))
    assert len(opened) == 2


def test_no_model_and_no_such_tier_are_refused_before_any_row(tmp_path) -> None:
    (tmp_path / "none.contrast").write_bytes(b"no model")
    with pytest.raises(ModelError):
        predict_bytes(as_table({}), model=tmp_path / "none.contrast")
    with pytest.raises(UnknownName, match="no tier 'quick'"):
        predict_bytes(as_table({}), model=MODEL, tier="quick")


def shown_jobs() -> list[str]:
    """The pieces of Python in the section on clusters."""
    text = (Path(contrast_engine.__file__).parent / "docs" / "in-use.md").read_text(
        encoding="utf-8"
    )
    section = text.partition("\n## A cluster\n")[2].partition("\n## ")[0]
    return re.findall(r"^```python\n(.*?)^```", section, re.M | re.S)


def test_the_jobs_of_the_document_are_python_and_name_what_there_is() -> None:
    assert len(shown_jobs()) == 4
    for job in shown_jobs():
        for node in ast.walk(ast.parse(job)):
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith("contrast_engine"):
                module = importlib.import_module(str(node.module))
                assert all(hasattr(module, alias.name) for alias in node.names)


def test_spark_s_function_of_the_document_turns_batches_into_rows_of_the_schema() -> None:
    (job,) = (job for job in shown_jobs() if "mapInArrow" in job)
    parts = [
        node
        for node in ast.parse(job).body
        if isinstance(node, ast.FunctionDef) or "contrast_engine" in ast.unparse(node)
    ]
    names: dict[str, Any] = {}
    exec(compile(ast.Module(parts, []), "in-use.md", "exec"), names)
    whole = as_table({**GOOD, **BAD})
    found = names["measure_all"](iter(whole.to_batches(max_chunksize=4)))
    assert pa.Table.from_batches(found, schema=measure_schema()).equals(measure_bytes(whole))


def test_what_daft_s_function_of_the_document_gives_has_every_column() -> None:
    batch = as_table(dict(list(GOOD.items())[:2])).append_column("x", pa.array([1, 2]))
    rows = measure_bytes(batch).to_struct_array().combine_chunks()
    assert pa.types.is_struct(rows.type)
    assert rows.type == pa.struct(measure_schema())
