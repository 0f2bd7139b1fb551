"""Predictions as rows of a table: the same columns on disk, in Arrow and in every format."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from contrast_engine.imageset import ImageId
from contrast_engine.predict.model import PredictionModel
from contrast_engine.predict.prediction import Prediction

if TYPE_CHECKING:
    import pyarrow as pa

Cell = str | float | int | bool | None
AnswerRow = dict[str, Cell]

TEXT, NUMBER, FLAG, COUNT = "text", "number", "flag", "count"

OF_LABEL = "p_"
"""What the column of a label's probability begins with; the label follows as it was typed."""

_BEFORE = {
    "path": TEXT, "id": TEXT, "label": TEXT, "probability": NUMBER, "abstains": FLAG,
    "cluster": COUNT, "cluster_name": TEXT,
}  # fmt: skip
_AFTER = {"problem": TEXT, "tier": TEXT, "model": TEXT, "feature_version": COUNT}


def answer_columns(labels: Iterable[str]) -> dict[str, str]:
    """The columns, each with the kind of its cells: text, number, flag or count."""
    return _BEFORE | {OF_LABEL + label: NUMBER for label in labels} | _AFTER


def answer_row(found: Prediction, model: PredictionModel, tier: str) -> AnswerRow:
    """What a model says about one image; None where nothing is known."""
    known = found.probabilities or {}
    return {
        "path": found.path,
        "id": found.id,
        "label": found.label,
        "probability": found.probability,
        "abstains": found.abstains,
        "cluster": found.cluster,
        "cluster_name": found.cluster_name,
        **{OF_LABEL + label: known.get(label) for label in model.classes},
        "problem": found.problem,
        "tier": found.tier or tier,
        "model": model.key,
        "feature_version": model.feature_version,
    }


def prediction_of(row: Mapping[str, Any], labels: Iterable[str]) -> Prediction:
    """The prediction that a row was made of."""
    known = {label: row[OF_LABEL + label] for label in labels}
    return Prediction(
        path=row["path"],
        label=row["label"],
        probability=row["probability"],
        abstains=row["abstains"],
        cluster=row["cluster"],
        problem=row["problem"],
        id=None if row["id"] is None else ImageId(row["id"]),
        probabilities=None if row["label"] is None else known,
        cluster_name=row["cluster_name"],
        tier=row["tier"],
    )


def arrow_table(model: PredictionModel, predictions: Iterable[Prediction], tier: str) -> "pa.Table":
    """Predictions as a table of Arrow's."""
    rows = [answer_row(one, model, tier) for one in predictions]
    return arrow_rows(rows, answer_columns(model.classes))


def arrow_rows(rows: Sequence[Mapping[str, Cell]], columns: Mapping[str, str]) -> "pa.Table":
    """Rows as a table of Arrow's, made from its buffers: its converters would import pandas."""
    import pyarrow as pa

    arrays = [_array([row[name] for row in rows], kind) for name, kind in columns.items()]
    fields = [pa.field(name, a.type) for name, a in zip(columns, arrays, strict=True)]
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))


def _array(cells: Sequence[Any], kind: str) -> Any:
    import pyarrow as pa

    is_known = np.array([cell is not None for cell in cells], dtype=np.bool_)
    known = pa.py_buffer(np.packbits(is_known, bitorder="little"))
    if kind == TEXT:
        # a label may hold half a character: what is no UTF-8 is spelt out
        parts = [(cell or "").encode("utf-8", "backslashreplace") for cell in cells]
        ends = np.cumsum([0, *(len(part) for part in parts)], dtype=np.int32)
        buffers = [known, pa.py_buffer(ends), pa.py_buffer(b"".join(parts))]
        return pa.Array.from_buffers(pa.string(), len(cells), buffers)
    if kind == FLAG:
        flags = np.packbits(np.array([bool(cell) for cell in cells], np.bool_), bitorder="little")
        return pa.Array.from_buffers(pa.bool_(), len(cells), [known, pa.py_buffer(flags)])
    dtype = np.int64 if kind == COUNT else np.float64
    values = np.array([0 if cell is None else cell for cell in cells], dtype=dtype)
    arrow = pa.int64() if kind == COUNT else pa.float64()
    return pa.Array.from_buffers(arrow, len(cells), [known, pa.py_buffer(values)])
