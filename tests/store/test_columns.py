"""Tables as bytes: every value comes back, the bytes are always the same, a cut is noticed."""

import numpy as np
import pytest

from contrast_engine.store import parquet

TABLE = {
    "text": ["a", None, 'é\n"<b>', ""],
    "raw": [b"\xff\xfe", b"", None, b"x"],
    "real": np.array([0.1, -1e300, 5e-324, 3.0]),
    "whole": np.array([1, -(2**62), 0, 7]),
    "small": np.array([0, 255, 1, 2], dtype=np.uint8),
    "nothing": [None, None, None, None],
}


def same(one, other):
    return all(
        np.array_equal(one[name], other[name]) if isinstance(one[name], np.ndarray)
        else list(one[name]) == list(other[name])
        for name in one
    )  # fmt: skip


def test_every_kind_of_value_comes_back_exactly():
    back, notes = parquet.decode(parquet.encode(TABLE, {"made": "today"}))
    assert list(back) == list(TABLE)
    assert same(TABLE, back)
    assert notes == {"made": "today"}
    assert back["small"].dtype == np.uint8
    assert back["whole"].dtype == np.int64


def test_an_empty_table_comes_back():
    empty = {name: column[:0] for name, column in TABLE.items()}
    back, _ = parquet.decode(parquet.encode(empty))
    assert all(len(column) == 0 for column in back.values())


def test_the_same_table_gives_the_same_bytes():
    assert parquet.encode(TABLE) == parquet.encode(TABLE)


def test_a_strided_column_is_stored_as_it_reads():
    wide = np.arange(12.0).reshape(4, 3)
    back, _ = parquet.decode(parquet.encode({"b": wide[:, 1]}))
    assert back["b"].tolist() == [1.0, 4.0, 7.0, 10.0]


@pytest.mark.slow
def test_many_rows_keep_their_order():
    ids = [f"{i:016x}" for i in range(200_000)]
    back, _ = parquet.decode(parquet.encode({"id": ids, "n": np.arange(200_000)}))
    assert back["id"] == ids
    assert np.array_equal(back["n"], np.arange(200_000))


@pytest.mark.parametrize("keep", [0, 3, 40, -1])
def test_a_table_cut_short_is_refused(keep):
    with pytest.raises(ValueError, match="not a readable table"):
        parquet.decode(parquet.encode(TABLE)[:keep])
