"""Files of text vectors: three formats, one meaning, and everything else refused in words."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from contrast_engine.errors import ContrastError, UnknownName
from contrast_engine.steps.encoders import text_vectors
from contrast_engine.steps.encoders.text_vectors import text_pairs

HIGH, LOW = np.array([[3.0, 4.0], [1.0, 0.0]]), np.array([[0.0, 2.0], [0.0, -1.0]])
START = {"names": ["contrast", "light"], "high": HIGH, "low": LOW, "logit_scale": 100.0}


def as_npz(path: Path, given: dict[str, Any]) -> Path:
    np.savez(path.with_suffix(".npz"), **{k: v for k, v in given.items() if v is not None})
    return path.with_suffix(".npz")


def as_safetensors(path: Path, given: dict[str, Any]) -> Path:
    arrays = {k: np.ascontiguousarray(v) for k, v in given.items() if isinstance(v, np.ndarray)}
    texts = {k: json.dumps(v) for k, v in given.items() if v is not None and k not in arrays}
    save_file(arrays, path.with_suffix(".safetensors"), texts)
    return path.with_suffix(".safetensors")


def as_json(path: Path, given: dict[str, Any]) -> Path:
    """As `pairs`, where both sides are there and alike; else whatever can be written of it."""
    high, low = np.atleast_2d(given["high"]).tolist(), np.atleast_2d(given["low"]).tolist()
    names = given.get("names") or [""] * len(high)
    pairs = [{"name": name, "high_vector": one, "low_vector": other}
             for name, one, other in zip(names, high, low, strict=False)]  # fmt: skip
    scale = {k: given[k] for k in ("logit_scale", "temperature") if given.get(k) is not None}
    path.with_suffix(".json").write_text(json.dumps({"pairs": pairs, **scale}), encoding="utf-8")
    return path.with_suffix(".json")


FORMATS = (as_npz, as_safetensors, as_json)


@pytest.fixture(params=FORMATS, ids=lambda write: write.__name__)
def written(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., Path]:
    """Writes the start, with some of it changed, in one of the formats."""
    return lambda **change: request.param(tmp_path / "texts", {**START, **change})


def test_every_format_gives_the_same_pairs_of_length_one(written: Callable[..., Path]) -> None:
    found = text_pairs(written())
    assert [pair.name for pair in found.pairs] == ["contrast", "light"]
    assert found.pairs[0].high_vector == pytest.approx((0.6, 0.8))
    assert found.pairs[0].low_vector == pytest.approx((0.0, 1.0))
    assert (found.logit_scale, found.dimensions) == (100.0, 2)


def test_a_temperature_is_one_over_the_scale(written: Callable[..., Path]) -> None:
    found = text_pairs(written(logit_scale=None, temperature=0.01))
    assert found.logit_scale == pytest.approx(100)


def test_one_pair_needs_no_name_and_single_precision_is_enough(
    written: Callable[..., Path],
) -> None:
    found = text_pairs(
        written(names=None, high=HIGH[:1].astype(np.float32), low=LOW[:1].astype(np.float32))
    )
    assert [pair.name for pair in found.pairs] == ["contrast"]


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no scale": ({"logit_scale": None}, "got neither"),
    "two scales": ({"temperature": 0.01}, "got both"),
    "no number": ({"logit_scale": "warm"}, "logit_scale must be"),
    "nought": ({"logit_scale": 0.0}, "above 0"),
    "below": ({"logit_scale": -1.0}, "above 0"),
    "huge": ({"logit_scale": 1e9}, "at most 10,000"),
    "cold": ({"logit_scale": None, "temperature": 1e-300}, "at most 10,000"),
    "equal": ({"low": 7 * HIGH}, "its two vectors are equal"),
    "zeros": ({"high": 0 * HIGH}, "all zeros"),
    "same names": ({"names": ["a", "a"]}, "a name of its own"),
    "empty": ({"high": HIGH[:0], "low": LOW[:0], "names": None}, "pairs"),
    "hollow": ({"high": HIGH[:, :0], "low": LOW[:, :0]}, "numbers|pairs"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_gives_no_score_is_refused_in_one_line(
    written: Callable[..., Path], name: str
) -> None:
    change, words = REFUSED[name]
    with pytest.raises(ContrastError, match=words) as refused:
        text_pairs(written(**change))
    assert "texts." in str(refused.value)
    assert "\n" not in str(refused.value)


OF_ARRAYS: dict[str, tuple[dict[str, Any], str]] = {
    "no high": ({"high": None}, "no array high"),
    "neither": ({"high": None, "low": None}, "no array high and no low"),
    "lengths": ({"low": LOW[:, :1]}, "must be alike"),
    "counts": ({"low": LOW[:1]}, "must be alike"),
    "three axes": ({"high": HIGH[None]}, "shape"),
    "names for fewer": ({"names": ["a"]}, "2 texts"),
    "nan": ({"high": np.array([[np.nan, 1.0], [1.0, 0.0]])}, "missing or infinite"),
    "infinite": ({"high": np.array([[np.inf, 1.0], [1.0, 0.0]])}, "missing or infinite"),
    "scale of several": ({"logit_scale": np.array([1.0, 2.0])}, "logit_scale must be"),
    "scale nan": ({"logit_scale": np.array(np.nan)}, "logit_scale must be"),
}


@pytest.mark.parametrize("write", [as_npz, as_safetensors], ids=lambda write: write.__name__)
@pytest.mark.parametrize("name", OF_ARRAYS)
def test_arrays_that_do_not_fit_are_refused(
    write: Callable[..., Path], name: str, tmp_path: Path
) -> None:
    change, words = OF_ARRAYS[name]
    with pytest.raises(ContrastError, match=words):
        text_pairs(write(tmp_path / "texts", {**START, **change}))


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({}, "no list"), ({"pairs": []}, "no list"), ({"pairs": {"a": 1}}, "no list"),
        ({"pairs": [1], "logit_scale": 1}, "a JSON object"),
        ({"pairs": [{"high_vector": [1]}], "logit_scale": 1}, "pair 1 has no low_vector"),
        ({"pairs": [{"high_vector": [1], "low_vector": "x"}], "logit_scale": 1}, "list of as many"),
        ({"pairs": [{"high_vector": [1], "low_vector": ["1"]}], "logit_scale": 1}, "finite"),
        ({"pairs": [{"high_vector": [1], "low_vector": [10**400]}], "logit_scale": 1}, "finite"),
        ({"pairs": [{"high_vector": [1, 2], "low_vector": [1]}], "logit_scale": 1}, "low ones"),
        ([1], "no JSON object"),
    ],
    ids=range(10),
)  # fmt: skip
def test_json_that_holds_no_pairs_is_refused(found: Any, words: str, tmp_path: Path) -> None:
    path = tmp_path / "texts.json"
    path.write_text(json.dumps(found), encoding="utf-8")
    with pytest.raises(ContrastError, match=words):
        text_pairs(path)


def test_a_pickle_is_refused_and_nothing_in_it_is_run(tmp_path: Path) -> None:
    fired = tmp_path / "fired"

    class Trap:
        def __reduce__(self) -> tuple[Any, Any]:
            return (Path.touch, (fired,))

    np.savez(tmp_path / "texts.npz", high=np.array([Trap()], object), low=LOW, logit_scale=1.0)
    with pytest.raises(ContrastError, match="pickle"):
        text_pairs(tmp_path / "texts.npz")
    assert not fired.exists()


@pytest.mark.parametrize("ending", [".npz", ".safetensors", ".json"])
@pytest.mark.parametrize("data", [b"", b"junk", bytes(64), b"\xff" * 64, b"PK\x03\x04junk"])
def test_a_damaged_file_is_refused_in_one_line(ending: str, data: bytes, tmp_path: Path) -> None:
    path = tmp_path / f"texts{ending}"
    path.write_bytes(data)
    with pytest.raises(ContrastError) as refused:
        text_pairs(path)
    assert "\n" not in str(refused.value)


def test_a_file_that_declares_more_than_it_holds_is_refused(tmp_path: Path) -> None:
    header = json.dumps({"high": {"dtype": "F64", "shape": [10**9, 10**9],
                                  "data_offsets": [0, 8]}}).encode()  # fmt: skip
    path = tmp_path / "texts.safetensors"
    path.write_bytes(len(header).to_bytes(8, "little") + header + bytes(8))
    with pytest.raises(ContrastError, match="damaged"):
        text_pairs(path)
    with zipfile.ZipFile(tmp_path / "texts.npz", "w") as archive:
        archive.writestr("high.npy", b"\x93NUMPY\x01\x00\x76\x00" + b"{'descr': '<f8', "
                         b"'fortran_order': False, 'shape': (1000000, 100)}".ljust(118))  # fmt: skip
    with pytest.raises(ContrastError, match=r"fewer|damaged"):
        text_pairs(tmp_path / "texts.npz")


def test_other_endings_folders_and_large_files_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ContrastError, match=r"\.npz, \.safetensors, \.json"):
        text_pairs(tmp_path / "texts.pt")
    with pytest.raises(UnknownName, match="there is no file"):
        text_pairs(tmp_path / "none.npz")
    (tmp_path / "folder.json").mkdir()
    with pytest.raises(UnknownName, match="there is no file"):
        text_pairs(tmp_path / "folder.json")
    monkeypatch.setattr(text_vectors, "MOST_BYTES", 10)
    with pytest.raises(ContrastError, match="at most 10 are read"):
        text_pairs(as_json(tmp_path / "texts", START))
