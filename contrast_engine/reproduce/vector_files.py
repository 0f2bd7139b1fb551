"""Vectors that were brought along, written again as a file of the name that they came in."""

import csv
import io
import json
from pathlib import PurePath

import numpy as np

from contrast_engine.reproduce.command import CannotRebuild
from contrast_engine.store import Manifest, parquet
from contrast_engine.vectors import Vectors

TABLES = (".parquet", ".csv", ".tsv", ".jsonl")
ARRAYS = (".npy", ".npz")


def vector_files(made: Manifest, vectors: Vectors) -> dict[str, bytes]:
    """The files by name, the one that is named on the command line first.

    Their name is that of the file then, as it is a part of the question; their numbers are those
    that were taken.

    Raises:
        CannotRebuild: It was of a kind that is not written.
    """
    name = PurePath(str(made.recipe["file"])).name
    ending = PurePath(name).suffix.lower()
    folder = f"vectors-{made.key}"
    if ending == ".npy":
        names = "".join(f"{image}\n" for image in vectors.ids).encode()
        text = str(PurePath(name).with_suffix(".txt"))
        return {f"{folder}/{name}": _npy(vectors), f"{folder}/{text}": names}
    if ending == ".npz":
        data = io.BytesIO()
        np.savez(data, ids=np.array(vectors.ids), vectors=vectors.values)
        return {f"{folder}/{name}": data.getvalue()}
    if ending not in TABLES:
        raise CannotRebuild(f"vectors in a file {ending or 'without an ending'} are not written")
    return {f"{folder}/{name}": _table(vectors, ending)}


def _npy(vectors: Vectors) -> bytes:
    data = io.BytesIO()
    np.save(data, vectors.values)
    return data.getvalue()


def _table(vectors: Vectors, ending: str) -> bytes:
    names = list(vectors.columns)
    if ending == ".parquet":
        columns: dict[str, parquet.Column] = {"id": vectors.ids}
        columns |= {name: vectors.values[:, k] for k, name in enumerate(names)}
        return parquet.encode(columns)
    rows = vectors.values.tolist()
    if ending == ".jsonl":
        lines = ({"id": image, **dict(zip(names, row, strict=True))}
                 for image, row in zip(vectors.ids, rows, strict=True))  # fmt: skip
        return b"".join(f"{json.dumps(line)}\n".encode() for line in lines)
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter="\t" if ending == ".tsv" else ",")
    writer.writerow(["id", *names])
    writer.writerows([image, *map(repr, row)] for image, row in zip(vectors.ids, rows, strict=True))
    return text.getvalue().encode()
