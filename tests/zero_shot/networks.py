"""Small ONNX networks for tests, whose vectors can be computed by hand."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)
OPSET = 17


def network(
    nodes: list[Any],
    constants: dict[str, Any] | None = None,
    *,
    shape: Any = ("n", 3, "h", "w"),
    outputs: dict[str, Any] | None = None,
    inputs: dict[str, Any] | None = None,
    kind: int = TensorProto.FLOAT,
    domains: tuple[str, ...] = (),
) -> Any:
    """A model from `x` to `vector`, or to the named outputs."""
    given = {"x": shape, **(inputs or {})}
    wanted = outputs or {"vector": None}
    graph = helper.make_graph(
        nodes, "graph",
        [helper.make_tensor_value_info(name, kind, size) for name, size in given.items()],
        [helper.make_tensor_value_info(name, kind, size) for name, size in wanted.items()],
        [numpy_helper.from_array(np.asarray(value), name)
         for name, value in (constants or {}).items()],
    )  # fmt: skip
    sets = [helper.make_opsetid("", OPSET), *(helper.make_opsetid(d, 1) for d in domains)]
    return helper.make_model(graph, opset_imports=sets, ir_version=8)


def node(kind: str, given: str, out: str, **attributes: Any) -> Any:
    """One operator, its inputs and outputs separated by spaces."""
    return helper.make_node(kind, given.split(), out.split(), **attributes)


_LINEAR = {
    "weights": LUMINANCE.reshape(1, 3, 1, 1), "gamma": np.float32(2.2), "zero": np.float32(0.0),
    "flat": np.array([0, -1], np.int64),
}  # fmt: skip


def moments(scale: float = 1.0) -> bytes:
    """Mean and standard deviation of roughly linear luminance: (1, 2). Their ratio is contrast."""
    return network(
        [
            node("Clip", "x zero", "positive"),
            node("Pow", "positive gamma", "linear"),
            node("Mul", "linear weights", "weighed"),
            node("ReduceSum", "weighed channel", "y", keepdims=1),
            node("ReduceMean", "y", "mean4", axes=[1, 2, 3], keepdims=1),
            node("Sub", "y mean4", "around"),
            node("Mul", "around around", "squared"),
            node("ReduceMean", "squared", "variance", axes=[1, 2, 3], keepdims=1),
            node("Sqrt", "variance", "std4"),
            node("Concat", "mean4 std4", "both", axis=1),
            node("Mul", "both scale", "scaled"),
            node("Reshape", "scaled flat", "vector"),
        ],
        {**_LINEAR, "channel": np.array([1], np.int64), "scale": np.float32(scale)},
    ).SerializeToString()


def spread() -> bytes:
    """Standard deviation of the code values, and a constant: (1, 2). It follows contrast."""
    return network(
        [
            node("Mul", "x weights", "weighed"),
            node("ReduceSum", "weighed channel", "y", keepdims=1),
            node("ReduceMean", "y", "mean4", axes=[1, 2, 3], keepdims=1),
            node("Sub", "y mean4", "around"),
            node("Mul", "around around", "squared"),
            node("ReduceMean", "squared", "variance", axes=[1, 2, 3], keepdims=1),
            node("Sqrt", "variance", "std4"),
            node("Concat", "constant std4", "both", axis=1),
            node("Reshape", "both flat", "vector"),
        ],
        {
            "weights": LUMINANCE.reshape(1, 3, 1, 1),
            "channel": np.array([1], np.int64),
            "constant": np.full((1, 1, 1, 1), 0.2, np.float32),
            "flat": np.array([0, -1], np.int64),
        },
    ).SerializeToString()


def brightness() -> bytes:
    """Mean code value and one less it: (1, 2)."""
    return network(
        [
            node("ReduceMean", "x", "mean", axes=[1, 2, 3], keepdims=0),
            node("Sub", "one mean", "rest"),
            node("Unsqueeze", "mean last", "first"),
            node("Unsqueeze", "rest last", "second"),
            node("Concat", "first second", "vector", axis=1),
        ],
        {"one": np.float32(1), "last": np.array([1], np.int64)},
    ).SerializeToString()


def fine_detail() -> bytes:
    """Energy between neighbours over all energy: what files need bytes for, not contrast."""
    return network(
        [
            node("ReduceMean", "x", "mean4", axes=[1, 2, 3], keepdims=1),
            node("Sub", "x mean4", "around"),
            node("Mul", "around around", "squared"),
            node("ReduceMean", "squared", "energy", axes=[1, 2, 3], keepdims=1),
            node("Conv", "x kernel", "edges", group=3),
            node("Mul", "edges edges", "edges2"),
            node("ReduceMean", "edges2", "detail", axes=[1, 2, 3], keepdims=1),
            node("Concat", "detail energy", "both", axis=1),
            node("Reshape", "both flat", "vector"),
        ],
        {
            "kernel": np.tile(np.array([[[1, -1], [0, 0]]], np.float32), (3, 1, 1, 1)),
            "flat": np.array([0, -1], np.int64),
        },
    ).SerializeToString()


def channels(layout: str = "NCHW", size: int | str = "s") -> bytes:
    """Mean of each channel as the network gets them: (1, 3)."""
    axes, shape = ([2, 3], (1, 3, size, size)) if layout == "NCHW" else ([1, 2], (1, size, size, 3))
    return network(
        [node("ReduceMean", "x", "vector", axes=axes, keepdims=0)], shape=shape
    ).SerializeToString()


def constant() -> bytes:
    """The same vector for every picture: (1, 2)."""
    return network(
        [
            node("ReduceMean", "x", "mean", axes=[1, 2, 3], keepdims=0),
            node("Mul", "mean none", "nothing"),
            node("Unsqueeze", "nothing last", "row"),
            node("Add", "row both", "vector"),
        ],
        {"none": np.float32(0), "last": np.array([1], np.int64),
         "both": np.array([[0.6, 0.8]], np.float32)},
    ).SerializeToString()  # fmt: skip


def corner() -> bytes:
    """Mean of each quarter of a picture, row by row: (1, 4)."""
    return network(
        [
            node("ReduceMean", "x", "grey", axes=[1], keepdims=1),
            node("AveragePool", "grey", "quarters", kernel_shape=[16, 16], strides=[16, 16]),
            node("Reshape", "quarters flat", "vector"),
        ],
        {"flat": np.array([0, -1], np.int64)},
    ).SerializeToString()


def logarithm() -> bytes:
    """Logarithm of the mean of each channel: (1, 3), and nothing finite for black."""
    return network(
        [node("ReduceMean", "x", "mean", axes=[2, 3], keepdims=0), node("Log", "mean", "vector")]
    ).SerializeToString()


RECIPE = {
    "size": 32, "crop": "squeeze", "interpolation": "bilinear", "mean": [0, 0, 0],
    "std": [1, 1, 1], "output": "vector",
}  # fmt: skip


def files(
    folder: Path, data: bytes, high: Any = (0, 1), low: Any = (1, 0), **recipe: Any
) -> tuple[Path, Path, Path]:
    """The three files that a person brings: network, recipe, text vectors."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = folder / "tower.onnx", folder / "recipe.json", folder / "texts.json"
    paths[0].write_bytes(data)
    paths[1].write_text(json.dumps({**RECIPE, **recipe}), encoding="utf-8")
    pair = {
        "name": "contrast", "high": "High contrast photo.", "low": "Low contrast photo.",
        "high_vector": list(high), "low_vector": list(low),
    }  # fmt: skip
    paths[2].write_text(json.dumps({"pairs": [pair], "logit_scale": 10}), encoding="utf-8")
    return paths
