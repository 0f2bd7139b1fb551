"""Whatever a file holds: a model that predicts, or a ModelError in words; nothing else."""

import io
import json
import pickle
import resource
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contrast_engine.errors import ContrastError, ModelError
from contrast_engine.features import FEATURE_VERSION
from contrast_engine.images import LinearImage
from contrast_engine.predict import Predictor, read_model
from contrast_engine.predict.bundle import read_summary
from contrast_engine.predict.model_file import model_bytes, model_of_bytes
from contrast_engine.predict.model_file.safe_tensors import Contents, decode, encode
from contrast_engine.predict.model_file.writing import contents_of
from contrast_engine.pseudo_labels import classifiers
from tests.predict.conftest import made_model, two_tiers

WHOLE = model_bytes(two_tiers())
PICTURE = LinearImage(np.random.default_rng(0).uniform(0, 1, (40, 56, 3)).astype(np.float32))


def outcome(data: bytes) -> str:
    """What becomes of a file: "refused", or "predicts"; anything else is a failure."""
    said = ""
    try:
        model = model_of_bytes(data, "it")
    except ModelError as error:
        said = str(error)
    if said:
        assert said.startswith("it ")
        assert "\n" not in said
        assert len(said) < 700
        return "refused"
    with np.errstate(all="ignore"):
        found = Predictor(model).judge(PICTURE)
    assert found.label in model.classes
    assert found.probability is not None
    assert 0 <= found.probability <= 1
    return "predicts"


def rewritten(change: Callable[[dict[str, Any], dict[str, Any]], None]) -> bytes:
    """The file with its document or arrays changed, and a checksum that is right again."""
    contents = decode(WHOLE)
    document, arrays = json.loads(json.dumps(contents.document)), dict(contents.arrays)
    change(document, arrays)
    return encode(document, arrays)


def test_the_file_that_is_not_changed_predicts() -> None:
    assert outcome(WHOLE) == "predicts"
    assert outcome(rewritten(lambda document, arrays: None)) == "predicts"


@pytest.mark.parametrize("share", [0, 1e-5, 0.01, 0.1, 0.3, 0.5, 0.9, 0.999])
def test_a_file_that_was_cut_is_refused(share: float) -> None:
    assert outcome(WHOLE[: int(share * len(WHOLE))]) == "refused"
    assert outcome(WHOLE[:-1]) == "refused"
    assert outcome(WHOLE + b"x") == "refused"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))
def test_no_byte_can_be_another_one(at: int, by: int) -> None:
    spoilt = bytearray(WHOLE)
    spoilt[at] ^= by
    assert outcome(bytes(spoilt)) == "refused"


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_make_it_stumble(data: bytes) -> None:
    assert outcome(data) == "refused"
    assert outcome(len(data).to_bytes(8, "little") + data) == "refused"


ODD: tuple[Any, ...] = (
    None, True, -1, 0, 10**30, 1e308, "", "../../etc/passwd", "x" * 20_000, [], [[]], {}, {"a": {}},
    ["../x"], [None],
)  # fmt: skip


def paths(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a document; of long lists the first two."""
    found = [at] if at else []
    if isinstance(value, dict):
        for name, inner in value.items():
            found += paths(inner, (*at, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value[:2]):
            found += paths(inner, (*at, number))
    return found


PLACES = paths(decode(WHOLE).document)


@pytest.mark.slow
@pytest.mark.parametrize("shift", range(3))
def test_a_document_with_anything_odd_anywhere_predicts_or_is_refused(shift: int) -> None:
    refused = 0
    for number, place in enumerate(PLACES):
        odd = ODD[(number + 5 * shift) % len(ODD)]

        def put(
            document: dict[str, Any], _: dict[str, Any], place: Any = place, odd: Any = odd
        ) -> None:
            inner: Any = document
            for step in place[:-1]:
                inner = inner[step]
            inner[place[-1]] = odd

        refused += outcome(rewritten(put)) == "refused"
    assert refused > len(PLACES) / 3


@pytest.mark.slow
def test_a_document_that_lacks_anything_predicts_or_is_refused() -> None:
    needed = set()
    for place in PLACES:

        def drop(document: dict[str, Any], _: dict[str, Any], place: Any = place) -> None:
            inner: Any = document
            for step in place[:-1]:
                inner = inner[step]
            del inner[place[-1]]

        if outcome(rewritten(drop)) == "refused":
            needed.add(place[0])
    assert {"format", "classes", "parts", "tiers", "feature_version", "card"} <= needed


HUGEST = {"<f8": 1e300, "<f4": 3e38, "<i8": 1 << 60, "|u1": 255}

SPOILT: dict[str, Callable[[Any], Any]] = {
    "nothing": lambda a: None,
    "no rows": lambda a: a[:0],
    "one row": lambda a: a[:1],
    "one column less": lambda a: a[..., :-1],
    "turned": lambda a: a.T.copy(),
    "flat": lambda a: a.ravel(),
    "an axis more": lambda a: a[None],
    "a number": lambda a: a.ravel()[0].reshape(()),
    "narrow": lambda a: a.astype(np.float32),
    "whole": lambda a: a.astype(np.int64),
    "bytes": lambda a: a.astype(np.uint8),
    "huge": lambda a: np.full_like(a, HUGEST.get(a.dtype.str, 1)),
    "negative": lambda a: -np.abs(a) - 1,
    "falling": lambda a: a[::-1].copy(),
    "NaN": lambda a: a * np.nan if a.dtype.kind == "f" else None,
    "infinite": lambda a: a + np.inf if a.dtype.kind == "f" else None,
    "long": lambda a: np.concatenate([a] * 50) if a.ndim else a,
}


@pytest.mark.slow
@pytest.mark.parametrize("method", classifiers)
def test_arrays_of_any_wrong_kind_or_shape_predict_or_are_refused(method: str) -> None:
    contents = contents_of(made_model(method))
    own = {name: array for name, array in contents.arrays.items()
           if method == "logistic" or ".model." in name}  # fmt: skip
    refused = tried = 0
    for name, array in own.items():
        # of the other methods every second way: each try of them takes its time
        for spoil in list(SPOILT.values())[:: 1 if method == "logistic" else 2]:
            tried += 1
            arrays = dict(contents.arrays)
            changed = spoil(np.asarray(array))
            if changed is None:
                del arrays[name]
            else:
                arrays[name] = changed
            refused += outcome(encode(contents.document, arrays)) == "refused"
    assert refused > 0.5 * tried


def test_an_array_that_nothing_asks_for_is_refused() -> None:
    def add(_: dict[str, Any], arrays: dict[str, Any]) -> None:
        arrays["../../.ssh/authorized_keys"] = np.zeros(4)

    assert outcome(rewritten(add)) == "refused"
    assert outcome(rewritten(lambda _, arrays: arrays.update({"more": np.zeros(4)}))) == "refused"


REFUSED: dict[str, tuple[Callable[[dict[str, Any], dict[str, Any]], None], str]] = {
    "newer format": (lambda d, _: d.update(format=99), "newer version"),
    "a plugin that is gone": (
        lambda d, _: d["tiers"]["full"].update(method="odd", plugin="contrast-lamp 1.0"),
        "classifier odd of contrast-lamp 1.0, which is not installed",
    ),
    "other features": (lambda d, _: d.update(feature_version=FEATURE_VERSION - 1), "features of"),
    "newer features": (lambda d, _: d.update(feature_version=FEATURE_VERSION + 1), "features of"),
    "one label twice": (lambda d, _: d.update(classes=["low", "low", "high"]), "twice"),
    "one label": (lambda d, _: d.update(classes=["low"]), "labels"),
    "a long label": (lambda d, _: d.update(classes=["low", "m" * 3_000_000, "high"]), "damaged"),
    "labels too many": (lambda d, _: d.update(classes=[str(i) for i in range(5000)]), "damaged"),
    "a label that hides text": (lambda d, _: d.update(classes=["a", "b\nc", "d"]), "hold together"),
    "no classifier": (lambda d, _: d["tiers"]["full"].update(method="os.system"), "os.system"),
    "a tier of none": (lambda d, _: d["tiers"].update(magic=d["tiers"]["full"]), "damaged|magic"),
    "a picture too large": (lambda d, _: d["tiers"]["full"].update(size=10**6), "damaged"),
    "an encoder of none": (
        lambda d, _: d["parts"].update(
            part0={"scaling": "standardising", "columns": ["a"], "n": 3,
                   "encoder": {"name": "posix", "options": {}}}
        ),
        "damaged|lacks|hold together|does not have|holds",
    ),
    "columns of no feature": (
        lambda d, _: d["parts"]["part0"].update(columns=["../x"] * 20), "damaged|scale"
    ),
    "an option out of range": (lambda d, _: d.update(reading={"white": "P900"}), "white"),
    "a rule of none": (lambda d, _: d["tiers"]["full"].update(rule={"eval": {}}), "damaged"),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_it_is_refused_in_words_that_say_why(kind: str) -> None:
    change, words = REFUSED[kind]
    data = rewritten(change)
    with pytest.raises(ModelError, match=words):
        model_of_bytes(data, "it")


def header(value: Any, rest: bytes = b"") -> bytes:
    """A safetensors file with this header."""
    text = json.dumps(value).encode() if not isinstance(value, bytes) else value
    return len(text).to_bytes(8, "little") + text + rest


def _zip() -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("model.pkl", b"x")
    return whole.getvalue()


class Evil:
    """What runs when it is unpickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (pytest.fail, ("a pickle was executed",))


FOREIGN = {
    "empty": b"",
    "a pickle": pickle.dumps(Evil()),
    "a zip": _zip(),
    "text": b"hello " * 1000,
    "a header of gigabytes": (1 << 40).to_bytes(8, "little") + b"{}",
    "a header longer than the file": (1 << 20).to_bytes(8, "little") + b"{}",
    "a header of brackets": header(b"[" * 100_000),
    "a header of objects": header(b'{"a":' * 50_000),
    "no document": header({}),
    "another model": header({"w": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}, b"1234"),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_what_is_no_model_file_is_refused(kind: str, tmp_path: Path) -> None:
    assert outcome(FOREIGN[kind]) == "refused"
    file = tmp_path / "m.contrast"
    file.write_bytes(FOREIGN[kind])
    with pytest.raises(ModelError):
        read_model(file)


@pytest.mark.parametrize("ask", [read_model, read_summary, Predictor.load])
def test_a_path_that_names_no_file_says_what_is_needed(ask: Any, tmp_path: Path) -> None:
    for path, what in ((tmp_path / "none", "there is no file"), (tmp_path, "is a folder")):
        with pytest.raises(ModelError, match=f"{what}.*contrast bundle") as said:
            ask(path)
        assert "move" not in str(said.value)


HUGE: dict[str, dict[str, Any]] = {
    "huge shape": {"dtype": "F64", "shape": [1 << 40, 1 << 40], "data_offsets": [0, 8]},
    "shape beyond the file": {"dtype": "F64", "shape": [1 << 28], "data_offsets": [0, 1 << 31]},
    "many axes": {"dtype": "U8", "shape": [1] * 5000, "data_offsets": [0, 1]},
    "negative": {"dtype": "F64", "shape": [-1], "data_offsets": [0, 8]},
    "backwards": {"dtype": "F64", "shape": [1], "data_offsets": [8, 0]},
    "a text": {"dtype": "F64", "shape": "many", "data_offsets": [0, 8]},
    "no such type": {"dtype": "O", "shape": [1], "data_offsets": [0, 8]},
}


@pytest.mark.parametrize("kind", HUGE)
def test_what_declares_more_than_it_holds_is_refused_and_takes_no_memory(kind: str) -> None:
    said = decode_header(WHOLE)
    name = next(n for n in said if n != "__metadata__")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    data = with_header({**said, name: HUGE[kind]})
    assert outcome(data) == "refused"
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 300_000, f"{grown} kB"


def test_arrays_that_lie_in_one_another_are_refused() -> None:
    said = decode_header(WHOLE)
    first = max((n for n in said if n != "__metadata__"), key=lambda n: said[n]["data_offsets"][1])
    more = {f"copy{number}": said[first] for number in range(2000)}
    assert outcome(with_header({**said, **more})) == "refused"


def decode_header(data: bytes) -> dict[str, Any]:
    end = 8 + int.from_bytes(data[:8], "little")
    return dict(json.loads(data[8:end]))


def with_header(said: dict[str, Any]) -> bytes:
    """The file with another header, its checksum made right."""
    from contrast_engine.predict.model_file import safe_tensors as st_

    end = 8 + int.from_bytes(WHOLE[:8], "little")
    text = json.dumps(said, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    whole = len(text).to_bytes(8, "little") + text + WHOLE[end:]
    at = st_._digits_at(whole, len(text))
    return whole[:at] + st_._checksum(whole, at).encode() + whole[at + 32 :]


def test_a_header_written_anew_with_a_right_checksum_predicts() -> None:
    assert outcome(with_header(decode_header(WHOLE))) == "predicts"


def test_a_model_with_numbers_that_are_none_is_not_written() -> None:
    contents = contents_of(made_model())
    with pytest.raises(ContrastError):
        encode({**contents.document, "key": float("nan")}, contents.arrays)
    assert isinstance(contents, Contents)
