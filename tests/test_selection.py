import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contrast_engine.errors import OptionError, UnknownName
from contrast_engine.selection import percentiles, rows_in_polygon
from contrast_engine.vectors import ImageId, Vectors

P = [ImageId(f"{i:016x}") for i in range(400)]
SQUARE = [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0)]


def points(*xy):
    ids = tuple(ImageId(f"{i:016x}") for i in range(len(xy)))
    return Vectors(ids, np.array(xy, float), ("map_x", "map_y"))


def inside(map, polygon, turn=None):
    return tuple(map.ids[row] for row in rows_in_polygon(map, polygon, turn))


def browser_rule(x, y, polygon):
    """The loop as it is written in the map's JavaScript, the box of the corners first."""
    xs, ys = zip(*polygon, strict=True)
    if not (min(xs) <= x <= max(xs) and min(ys) <= y <= max(ys)):
        return False
    is_inside = False
    j = len(polygon) - 1
    for i in range(len(polygon)):
        (xi, yi), (xj, yj) = polygon[i], polygon[j]
        if (yi > y) != (yj > y) and x < (xj - xi) * (y - yi) / (yj - yi) + xi:
            is_inside = not is_inside
        j = i
    return is_inside


def test_a_square_holds_what_is_inside_it_and_nothing_else():
    assert inside(points((1, 1), (3, 1), (1, -0.1), (1.9, 1.9)), SQUARE) == (P[0], P[3])


def test_a_loop_crossing_itself_leaves_a_hole():
    star = [(0, 3), (2, -3), (-3, 1), (3, 1), (-2, -3)]
    assert inside(points((0, 0), (0, 2)), star) == (P[1],)


def test_direction_and_start_of_the_drawing_do_not_matter():
    both = points((1, 1), (5, 5))
    for shape in (SQUARE[::-1], SQUARE[2:] + SQUARE[:2]):
        assert inside(both, shape) == (P[0],)


def test_two_shapes_sharing_an_edge_split_the_points_on_it():
    on_edge = points((2, 1), (2, 0.5))
    beside = [(2.0, 0.0), (4.0, 0.0), (4.0, 2.0), (2.0, 2.0)]
    left, right = inside(on_edge, SQUARE), inside(on_edge, beside)
    assert sorted(left + right) == [P[0], P[1]]


def test_fewer_than_three_corners_hold_nothing():
    assert inside(points((0, 0)), []) == ()
    assert inside(points((0, 0)), [(0, 0)]) == ()
    assert inside(points((0, 0)), [(-1, -1), (1, 1)]) == ()


def test_a_corner_that_is_not_a_number_is_refused():
    with pytest.raises(OptionError, match="finite"):
        inside(points((0, 0)), [(0, 0), (1, float("nan")), (1, 1)])


@pytest.mark.slow
@given(st.integers(0, 2**32 - 1), st.integers(1, 20), st.integers(3, 9), st.integers(0, 4))
def test_the_engine_and_the_browser_agree_on_every_point(seed, n, corners, whole):
    """Whole coordinates, which lie on edges and corners, mixed with any, all of one draw."""
    random = np.random.default_rng(seed)
    drawn = random.uniform(-4, 4, (n + corners, 2))
    is_whole = random.integers(0, 4, drawn.shape) < whole
    drawn = np.where(is_whole, np.rint(drawn * 0.75), drawn).tolist()
    xy, polygon = [tuple(one) for one in drawn[:n]], [tuple(one) for one in drawn[n:]]
    kept = set(inside(points(*xy), polygon))
    for i, (x, y) in enumerate(np.array(xy, np.float32).astype(float)):
        assert (P[i] in kept) == browser_rule(float(x), float(y), polygon)


def test_percentiles_are_mid_ranks_in_percent():
    vectors = Vectors(tuple(P[:4]), np.array([[1, 5], [2, 5], [3, 5], [4, 5]]), ("rise", "flat"))
    assert percentiles(vectors, P[0]) == {"rise": 12.5, "flat": 50.0}
    assert percentiles(vectors, P[3])["rise"] == 87.5
    with pytest.raises(UnknownName):
        percentiles(vectors, "z")


def test_a_lasso_on_a_turned_map_holds_what_is_seen_inside_it() -> None:
    ids = tuple(ImageId(f"{i:016x}") for i in range(4))
    map = Vectors(
        ids,
        np.array([[0, 0, 5], [0, 0, -5], [5, 0, 0], [0, 5, 0]], dtype=float),
        ("map_x", "map_y", "map_z"),
    )
    square = [(-1, -1), (1, -1), (1, 1), (-1, 1)]
    assert inside(map, square) == ids[:2]
    assert inside(map, square, turn=((1, 0, 0), (0, 1, 0))) == ids[:2]
    assert inside(map, square, turn=((0, 0, -1), (0, 1, 0))) == (ids[2],)
    with pytest.raises(OptionError, match="a turn must be two directions"):
        inside(map, square, turn=((1, 0), (0, 1)))
    with pytest.raises(UnknownName):
        inside(map.select(["map_x", "map_y"]), square, turn=((1, 0, 0), (0, 1, 0)))
