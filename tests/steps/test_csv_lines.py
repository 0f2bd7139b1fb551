"""Lines of CSV: those that Python's own writer gives, whatever stands in a cell."""

import csv
import io
import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from contrast_engine.steps.output.columns import Cells, LazyRows
from contrast_engine.steps.output.csv_lines import header, lines

numbers = st.floats(allow_nan=False) | st.integers(-(10**17), 10**17).map(float) | st.sampled_from(
    [0.0, -0.0, 1e-4, 9.999e-5, 1e15, 1e16, 0.1, 123456789012345.67, 1e22, 5e-324]
)  # fmt: skip
texts = st.text(st.characters(codec="utf-8"), max_size=8) | st.sampled_from(
    ["a,b", 'say "x"', "two\nlines", "cr\rhere", " spaced ", "=1+1", "é", "a\\b", "'"]
)


def by_python(rows):
    class Plain(io.StringIO):
        def write(self, text):
            return super().write(text.removesuffix("\r\n") + "\n")

    out = Plain(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    for row in rows:
        writer.writerow(
            [{True: "true", False: "false"}[c] if isinstance(c, bool) else c for c in row]
        )
    return out.getvalue().encode()


@settings(deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            texts,
            st.none() | numbers,
            st.none() | st.booleans(),
            st.none() | st.integers(-99, 99),
            numbers,
            st.none() | texts.filter(bool),
        ),
        max_size=30,
    )
)
def test_lines_are_those_of_pythons_writer(rows):
    columns = [list(column) for column in zip(*rows, strict=True)] or [[]] * 6
    known = np.array([cell is not None for cell in columns[1]], dtype=bool)
    cells = [
        Cells(columns[0]),
        Cells(np.array([math.nan if c is None else c for c in columns[1]], dtype=float), known),
        Cells.of(columns[2]),
        Cells.of(columns[3]),
        Cells(np.array(columns[4], dtype=float)),
        Cells.of(columns[5]),
    ]
    assert lines(cells) == by_python(rows)


@settings(deadline=None)
@given(names=st.lists(texts.filter(bool), min_size=2, max_size=5))
def test_the_first_line_has_the_names(names):
    assert header(names) == by_python([names])


@settings(deadline=None)
@given(
    rows=st.integers(0, 50), start=st.integers(-60, 60), stop=st.integers(-60, 60),
    step=st.sampled_from([1, 2, -1]),
)  # fmt: skip
def test_rows_that_are_made_when_asked_for_are_those_of_a_tuple(rows, start, stop, step):
    values = np.arange(float(rows))
    made = LazyRows(rows, [lambda a, b: Cells(values[a:b]), lambda a, b: Cells(values[a:b] > 3)])
    whole = tuple((float(row), row > 3) for row in range(rows))
    assert tuple(made) == whole == made
    assert made[start:stop:step] == whole[start:stop:step]
    assert list(made.cells(0)) == [row[0] for row in whole]
    assert rows == 0 or made[-1] == whole[-1]
