"""An ONNX file is data of somebody unknown: what reaches outside, or gives no vector, is refused."""

import contextlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from contrast_engine.errors import ImageError, ModelError
from contrast_engine.zero_shot import onnx_check, runtime
from contrast_engine.zero_shot.onnx_check import check_network
from contrast_engine.zero_shot.recipe import TowerRecipe
from contrast_engine.zero_shot.tower import Tower
from tests.zero_shot.networks import RECIPE, channels, moments, network, node

GREY = np.full((8, 8, 3), 0.2)


def tower(data: bytes, **recipe: Any) -> Tower:
    return Tower(data, TowerRecipe.of({**RECIPE, **recipe}), "mine.onnx")


def elsewhere(path: str) -> Any:
    """A tensor whose numbers lie in another file."""
    tensor = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=[1])
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value=path)
    return tensor


def in_initializer(tensor: Any) -> Any:
    model = network([node("Mul", "x w", "vector")])
    model.graph.initializer.append(tensor)
    return model


def in_constant(tensor: Any) -> Any:
    return network([node("Constant", "", "w", value=tensor), node("Mul", "x w", "vector")])


def in_branch(tensor: Any) -> Any:
    out = helper.make_tensor_value_info("b", TensorProto.FLOAT, None)
    branch = helper.make_graph([node("Identity", "w", "b")], "branch", [], [out], [tensor])
    nodes = [node("If", "yes", "vector", then_branch=branch, else_branch=branch)]
    return network(nodes, {"yes": np.array(True)})


def in_sparse(tensor: Any) -> Any:
    model = network([node("Identity", "x", "vector")])
    sparse = model.graph.sparse_initializer.add()
    sparse.values.CopyFrom(tensor)
    return model


def in_function(tensor: Any) -> Any:
    model = network([helper.make_node("Own", ["x"], ["vector"], domain="own")], domains=("own",))
    inner = [node("Constant", "", "w", value=tensor), node("Mul", "a w", "b")]
    made = helper.make_function("own", "Own", ["a"], ["b"], inner, [helper.make_opsetid("", 17)])
    model.functions.append(made)
    return model


def without_mark(tensor: Any) -> Any:
    tensor.data_location = TensorProto.DEFAULT
    return in_initializer(tensor)


PLACES = (in_initializer, in_constant, in_branch, in_sparse, in_function, without_mark)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__)
@pytest.mark.parametrize("path", ["/etc/passwd", "../w.bin", "w.bin", "\\\\host\\w", ""])
def test_weights_in_another_file_are_refused_before_anything_opens_it(
    place: Callable[[Any], Any], path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("contrast_engine.zero_shot.tower.session", None)  # never asked
    with pytest.raises(ModelError, match="keeps weights in other files"):
        tower(place(elsewhere(path)).SerializeToString())


def test_the_fields_that_are_walked_are_those_of_the_format() -> None:
    messages = {"model": onnx.ModelProto, "graph": onnx.GraphProto, "node": onnx.NodeProto,
                "attribute": onnx.AttributeProto, "sparse": onnx.SparseTensorProto,
                "tensor": onnx.TensorProto, "function": onnx.FunctionProto,
                "training": onnx.TrainingInfoProto}  # fmt: skip
    kinds = {message.DESCRIPTOR.full_name: kind for kind, message in messages.items()}
    for kind, message in messages.items():
        wanted = {
            field.number: kinds[field.message_type.full_name]
            for field in message.DESCRIPTOR.fields
            if field.message_type is not None and field.message_type.full_name in kinds
        }
        assert onnx_check._PARTS[kind] == wanted, kind
    fields = onnx.TensorProto.DESCRIPTOR.fields_by_name
    assert fields["external_data"].number == onnx_check._EXTERNAL_DATA
    assert fields["data_location"].number == onnx_check._DATA_LOCATION
    assert onnx.NodeProto.DESCRIPTOR.fields_by_name["domain"].number == onnx_check._NODE_DOMAIN
    assert onnx.NodeProto.DESCRIPTOR.fields_by_name["op_type"].number == onnx_check._OP_TYPE
    assert onnx.FunctionProto.DESCRIPTOR.fields_by_name["domain"].number == 10


def test_a_function_inside_the_file_is_run_and_an_operator_of_a_library_is_not() -> None:
    whole = network([helper.make_node("Own", ["x"], ["vector"], domain="own")], domains=("own",))
    with pytest.raises(ModelError, match="no library of one's own"):
        tower(whole.SerializeToString())
    inner = [node("ReduceMean", "a", "b", axes=[2, 3], keepdims=0)]
    made = helper.make_function("own", "Own", ["a"], ["b"], inner, [helper.make_opsetid("", 17)])
    whole.functions.append(made)
    assert tower(whole.SerializeToString()).dimensions == 3
    for operator in ("EPContext", "PythonOp"):
        made = network([helper.make_node(operator, ["x"], ["vector"], domain="com.microsoft")],
                       domains=("com.microsoft",))  # fmt: skip
        with pytest.raises(ModelError, match="only operators that the runtime brings"):
            tower(made.SerializeToString())


def deep() -> bytes:
    """Branches in branches."""
    graph = helper.make_graph([], "g", [], [])
    for _ in range(20):
        graph = helper.make_graph([node("If", "yes", "b", then_branch=graph)], "g", [], [])
    return helper.make_model(graph).SerializeToString()


def zipped() -> bytes:
    return b"PK\x03\x04" + bytes(100)


def nameless(data: bytes) -> Callable[[], bytes]:
    return lambda: data


BROKEN: dict[str, Callable[[], bytes]] = {
    "empty": nameless(b""), "text": nameless(b"not a network at all"), "zip": zipped,
    "pickle": nameless(b"\x80\x04\x95\x05\x00\x00\x00\x00\x00\x00\x00K\x01."),
    "format of the runtime": nameless(b"\x1c\x00\x00\x00ORTM" + bytes(60)), "deep": deep,
    "cut short": lambda: moments()[:-40], "cut in the middle": lambda: moments()[:100],
    "zeros": nameless(bytes(5000)), "endless number": nameless(b"\xff" * 40),
    "no graph": nameless(helper.make_model(helper.make_graph([], "", [], []))
                         .SerializeToString()[:2]),
    "group": nameless(b"\x3b\x3c"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_network_is_refused_in_one_line(name: str) -> None:
    with pytest.raises(ModelError) as refused:
        tower(BROKEN[name]())
    assert "mine.onnx" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_flipped_byte_ends_in_words_or_in_a_network() -> None:
    data, random = moments(), np.random.default_rng(2)
    for _ in range(150):
        hurt = bytearray(data)
        hurt[int(random.integers(len(hurt)))] ^= 1 << int(random.integers(8))
        with contextlib.suppress(ModelError):  # any other error fails the test
            tower(bytes(hurt))


def test_too_many_bytes_and_too_many_parts_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnx_check, "MOST_BYTES", 100)
    with pytest.raises(ModelError, match="bring a smaller network"):
        check_network(moments())
    monkeypatch.undo()
    monkeypatch.setattr(onnx_check, "_MOST_FIELDS", 50)
    with pytest.raises(ModelError, match="more than 50 parts"):
        check_network(moments())


def pooled(**more: Any) -> Any:
    return network([node("ReduceMean", "x", "vector", axes=[2, 3], keepdims=0)], **more)


TWO = {"first": None, "second": None}
MISFITS: dict[str, tuple[Callable[[], Any], dict[str, Any], str]] = {
    "other layout": (lambda: channels("NHWC", 32), {}, "set size and layout"),
    "other size": (lambda: channels("NCHW", 64), {}, r"\(1, 3, 64, 64\)"),
    "batch of four": (lambda: pooled(shape=(4, 3, 32, 32)), {}, "batch of one"),
    "one channel": (lambda: pooled(shape=("n", 1, 32, 32)), {}, "set size and layout"),
    "five dimensions": (lambda: pooled(shape=(1, 3, 1, 32, 32)), {}, "set size and layout"),
    "codes": (lambda: network([node("Identity", "x", "vector")], kind=TensorProto.UINT8), {},
              "it must take floats"),
    "texts too": (
        lambda: network([node("ReduceMean", "x", "vector", axes=[2, 3], keepdims=0)],
                        inputs={"ids": (1, 77)}), {}, "takes 2 inputs"),
    "no such input": (lambda: channels(), {"input": "pixels"}, "no input 'pixels'; it has: x"),
    "no such output": (lambda: channels(), {"output": "pooled"}, "It gives: vector"),
    "which output": (
        lambda: network([node("Identity", "x", "first"), node("Relu", "x", "second")],
                        outputs=TWO), {"output": ""}, "has 2 outputs; say which"),
    "feature map": (lambda: network([node("Relu", "x", "vector")]), {}, "name the pooled output"),
    "whole numbers": (
        lambda: network([node("Shape", "x", "vector")]), {}, "cannot be opened|is floats"),
    "nothing": (
        lambda: network([node("Slice", "x a b", "y"), node("Reshape", "y c", "vector")],
                        {"a": np.zeros(4, np.int64), "b": np.zeros(4, np.int64),
                         "c": np.array([1, 0], np.int64)}), {}, "one vector is needed|failed"),
    "too long": (
        lambda: network([node("Reshape", "x c", "vector")], {"c": np.array([1, -1], np.int64)}),
        {"size": 64}, "at most 4,096"),
    "not finite": (lambda: network([node("ReduceMean", "x", "m", axes=[2, 3], keepdims=0),
                                    node("Sub", "m m", "o"), node("Div", "o o", "vector")]),
                   {}, "missing or infinite"),
    "at random": (lambda: network([node("RandomNormalLike", "x", "r"),
                                   node("ReduceMean", "r", "vector", axes=[2, 3], keepdims=0)]),
                  {}, "another vector for the same picture"),
    "unknown operator": (lambda: network([node("NoSuchThing", "x", "vector")]), {}, "be opened"),
    "memory": (
        lambda: network([node("ConstantOfShape", "s", "c"),
                         node("ReduceSum", "c", "r", keepdims=0), node("Add", "x r", "vector")],
                        {"s": np.array([400_000, 100_000], np.int64)}), {}, "failed|be opened"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISFITS)
def test_a_network_that_does_not_fit_is_refused_in_words(name: str) -> None:
    make, recipe, words = MISFITS[name]
    made = make()
    data = made if isinstance(made, bytes) else made.SerializeToString()
    with pytest.raises(ModelError, match=words) as refused:
        tower(data, **recipe)
    assert "mine.onnx" in str(refused.value)
    assert "\n" not in str(refused.value)
    assert "/onnxruntime_src" not in str(refused.value)


@pytest.mark.slow
@pytest.mark.parametrize("start", ["x", "one"])  # of the picture, and of nothing but constants
def test_a_network_that_never_ends_is_stopped(start: str, monkeypatch: pytest.MonkeyPatch) -> None:
    value = helper.make_tensor_value_info
    body = helper.make_graph(
        [node("Identity", "c", "go"), node("Mul", "a a", "out")], "body",
        [value("i", TensorProto.INT64, []), value("c", TensorProto.BOOL, []),
         value("a", TensorProto.FLOAT, None)],
        [value("go", TensorProto.BOOL, []), value("out", TensorProto.FLOAT, None)],
    )  # fmt: skip
    loop = network([node("Loop", f"n yes {start}", "y", body=body), node("Add", "x y", "vector")],
                   {"n": np.array(10**12), "yes": np.array(True), "one": np.float32(1)})  # fmt: skip
    monkeypatch.setattr(runtime, "MOST_SECONDS", 0.3)
    began = time.monotonic()
    with pytest.raises(ModelError, match=r"more than 0\.3 s"):
        tower(loop.SerializeToString())
    assert time.monotonic() - began < 20


def test_a_picture_for_which_the_numbers_are_not_finite_is_a_problem_of_that_picture() -> None:
    model = network([node("ReduceMean", "x", "m", axes=[2, 3], keepdims=0),
                     node("Log", "m", "vector")])  # fmt: skip
    made = tower(model.SerializeToString())
    assert np.isfinite(made.embed(GREY)).all()
    with pytest.raises(ImageError, match="missing or infinite"):
        made.embed(np.zeros((8, 8, 3)))


@pytest.mark.parametrize("kind", [TensorProto.FLOAT16, TensorProto.DOUBLE])
def test_networks_of_other_precisions_are_run(kind: int) -> None:
    found = tower(pooled(kind=kind).SerializeToString()).embed(GREY)
    assert np.allclose(found, tower(channels()).embed(GREY), atol=2e-3)


def test_without_the_library_the_reason_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "onnxruntime", None)
    runtime.runtime.cache_clear()
    with pytest.raises(ModelError, match=r"pip install 'contrast-engine\[onnx\]'"):
        tower(moments())


def test_no_library_of_operators_is_ever_registered_and_one_thread_is_used() -> None:
    source = Path(runtime.__file__).read_text(encoding="utf-8")
    assert "register_custom" not in source
    opened = runtime.session(moments(), "mine")
    options = opened.get_session_options()
    assert (options.intra_op_num_threads, options.inter_op_num_threads) == (1, 1)
    assert opened.get_providers() == ["CPUExecutionProvider"]
