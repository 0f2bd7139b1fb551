"""Images found by the end of their path, held against comparing all paths part by part."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from contrast_engine.steps.labels.path_ends import PathEnds, path_parts

PATHS = st.lists(
    st.lists(st.sampled_from(["a", "a0", "a.b", "b", "é"]), min_size=1, max_size=4).map("/".join),
    min_size=1,
    max_size=8,
)


def alike(one, other):
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count


@settings(deadline=None)
@given(PATHS, PATHS, st.integers(1, 3))
def test_the_images_with_the_longest_end_in_common_are_found_and_no_others(paths, names, least):
    ends = PathEnds(paths, np.arange(len(paths), dtype=np.uint64))
    for name in names:
        common = [alike(path_parts(path), path_parts(name)) for path in paths]
        most = max(common)
        wanted = {f"{k:016x}" for k, n in enumerate(common) if n == most and n >= least}
        assert set(ends(path_parts(name), least)) == wanted


def test_the_ending_of_a_file_is_left_out_where_names_lack_it():
    ends = PathEnds(["/x/one.jpg", "/x/two.png"], np.arange(2, dtype=np.uint64), is_stem=True)
    assert list(ends(path_parts("elsewhere/two"))) == [f"{1:016x}"]
    assert not ends(path_parts("two.png"))
