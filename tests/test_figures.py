import base64
import json
import subprocess
import sys
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from contrast_engine import figures
from contrast_engine.figures import LIGHT, PLOTLY_CONFIG, SEEN_THROUGH
from contrast_engine.figures.flow import flow
from contrast_engine.figures.label_efficiency import label_efficiency
from contrast_engine.vectors import ImageId, Vectors

MAP = Vectors(
    tuple(ImageId(f"{i:016x}") for i in range(4)),
    np.array([[0.0, 1.0], [2.0, 3.0], [4.0, 5.0], [6.0, 7.0]]),
    ("map_x", "map_y"),
)


def every_figure():
    values = np.array([1.0, 2.0, 2.5, 9.0])
    return [
        figures.scatter(MAP),
        figures.scatter(MAP, values, title="gcf", unit="% of white"),
        figures.scatter(MAP, ["low", "high", "", "low"], title="Label"),
        figures.bars({"kappa": 0.5, "accuracy": 0.7}, {"kappa": (0.3, 0.6)}, title="agreement"),
        figures.matrix(np.array([[5, 1], [2, 8]]), ["low", "high"]),
        figures.tones(np.full(4, 0.25), np.linspace(0, 100, 5), (3.0, 97.0)),
        figures.spectrum(np.array([-2.0, -1.0]), np.array([3.0, 0.0]), np.zeros(2)),
        figures.trajectory(MAP, MAP.values[:2], ["as it is", "all of it"]),
    ]


def every_figure_on_the_page():
    return [
        figures.scatter(MAP, look=SEEN_THROUGH),
        figures.curve({"loss": ([1, 2], [0.9, 0.4])}, x_title="iteration", y_title="loss"),
    ]


@pytest.mark.parametrize(
    ("made", "look"), [(every_figure, LIGHT), (every_figure_on_the_page, SEEN_THROUGH)]
)
def test_every_figure_names_both_axes_and_wears_its_look(made, look):
    for figure in made():
        layout = json.loads(figure.to_json())["layout"]
        assert layout["xaxis"]["title"]["text"]
        assert layout["yaxis"]["title"]["text"]
        assert layout["font"]["color"] == look.foreground
        assert layout["paper_bgcolor"] == layout["plot_bgcolor"] == look.background
        assert layout["xaxis"]["gridcolor"] == layout["yaxis"]["gridcolor"] == look.grid


def test_text_can_be_read():
    assert ratio(LIGHT.foreground, LIGHT.background) > 7
    assert ratio(LIGHT.accent, LIGHT.background) > 4.5


def ratio(one: str, other: str) -> float:
    """WCAG contrast of two hex colours."""
    levels = []
    for colour in (one, other):
        code = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
        light = np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4)
        levels.append(float(light @ [0.2126, 0.7152, 0.0722]))
    return (max(levels) + 0.05) / (min(levels) + 0.05)


def test_nothing_of_a_figure_is_ever_sent_to_a_cloud():
    assert PLOTLY_CONFIG["showSendToCloud"] is False
    assert PLOTLY_CONFIG["displaylogo"] is False


def test_each_point_of_a_map_carries_the_id_of_its_own_image():
    for colours in (None, np.array([3.0, np.nan, 1.0, 2.0]), ["b", "a", "", "b"]):
        figure = figures.scatter(MAP, colours)
        found = {
            image: (x, y)
            for trace in figure.data
            for image, x, y in zip(trace.customdata, trace.x, trace.y, strict=True)
        }
        assert found == {i: tuple(MAP.values[row]) for i, row in MAP.rows.items()}


def test_classes_keep_their_colour_by_the_given_order():
    figure = figures.scatter(MAP, ["high", "low", "", "low"], order=["low", "medium", "high"])
    colours = {trace.name: trace.marker.color for trace in figure.data}
    assert colours == {
        "not known": figures.UNKNOWN,
        "low": figures.PALETTE[0],
        "high": figures.PALETTE[2],
    }
    assert figure.layout.showlegend


def test_values_that_are_not_known_are_grey_and_outside_the_scale():
    figure = figures.scatter(MAP, np.array([3.0, np.nan, 1.0, 2.0]), title="gcf", unit="%")
    grey, scaled = figure.data
    assert grey.marker.color == figures.UNKNOWN
    assert list(grey.customdata) == [MAP.ids[1]]
    assert np.array_equal(scaled.marker.color, [3.0, 1.0, 2.0])
    assert scaled.marker.colorbar.title.text == "gcf (%)"


def test_a_large_map_is_drawn_by_webgl_and_a_small_one_without():
    n = figures.MOST_SVG_POINTS + 1
    large = Vectors(
        tuple(ImageId(f"{i:016x}") for i in range(n)), np.zeros((n, 2)), ("map_x", "map_y")
    )
    assert figures.scatter(large).data[0].type == "scattergl"
    assert figures.scatter(MAP).data[0].type == "scatter"


def test_on_a_page_no_figure_needs_programs_out_of_text_and_says_what_it_leaves_out():
    n = figures.MOST_SVG_POINTS * 4
    ids = tuple(ImageId(f"{i:016x}") for i in range(n))
    large = Vectors(ids, np.arange(2.0 * n).reshape(n, 2), ("map_x", "map_y"))
    whole = figures.scatter(large, np.arange(float(n)))
    page = figures.thinned(whole)
    (dots,) = page["data"]
    assert dots["type"] == "scatter"
    assert len(set(dots["customdata"])) == len(dots["customdata"]) == figures.MOST_SVG_POINTS
    x, colour = figure_numbers(dots["x"]), figure_numbers(dots["marker"]["color"])
    assert [f"{int(at) // 2:016x}" for at in x] == dots["customdata"]  # still each with its own
    assert np.array_equal(x, 2 * colour)
    assert page["layout"]["annotations"][-1]["text"].startswith(f"5,000 of {n:,} points are drawn")
    assert whole.data[0].type == "scattergl"
    assert len(whole.data[0].x) == n  # a file has them all
    small = figures.scatter(MAP)
    assert figures.thinned(small) == json.loads(small.to_json())


def figure_numbers(values):
    """Numbers as plotly writes them."""
    if isinstance(values, dict):
        return np.frombuffer(base64.b64decode(values["bdata"]), values["dtype"])
    return np.array(values)


def test_marks_stand_at_their_values():
    figure = figures.tones(np.full(4, 0.25), np.linspace(0, 100, 5), (2.5, 40.0))
    assert [shape.x0 for shape in figure.layout.shapes] == [2.5, 40]
    assert [(note.text, note.x) for note in figure.layout.annotations] == [
        ("P1 2", 2.5),
        ("P99 40", 40),
    ]


def test_bars_show_intervals_as_given_and_none_where_unknown():
    bar = figures.bars({"a": 0.5, "b": 0.7}, {"a": (0.2, 0.6)}, title="kappa").data[0]
    assert np.allclose(bar.x - bar.error_x.arrayminus, [0.2, 0.7])
    assert np.allclose(bar.x + bar.error_x.array, [0.6, 0.7])
    assert figures.bars({}, title="nothing yet").data[0].x.size == 0


def test_a_single_curve_wears_the_accent_and_several_are_named():
    one = figures.curve(
        {"loss": ([0, 1], [1, 0])}, x_title="iteration", y_title="loss", y_unit="nats"
    )
    assert one.data[0].line.color == LIGHT.accent
    assert not one.layout.showlegend
    assert one.layout.yaxis.title.text == "loss (nats)"
    two = figures.curve({"a": ([0], [1]), "b": ([0], [2])}, x_title="x", y_title="y")
    assert two.layout.showlegend
    assert two.data[0].line.color != two.data[1].line.color


def test_a_confusion_matrix_writes_counts_and_colours_shares_of_a_row():
    cells = figures.matrix(np.array([[3, 1], [0, 0]]), ["low", "high"]).data[0]
    assert np.array_equal(cells.z, [[0.75, 0.25], [0, 0]])
    assert np.array_equal(cells.customdata, [[3, 1], [0, 0]])
    with pytest.raises(ValueError, match="3 labels do not fit"):
        figures.matrix(np.zeros((2, 2), dtype=int), ["a", "b", "c"])


def test_figures_do_not_import_plotly_before_they_draw():
    code = "import sys, contrast_engine.figures; print('plotly' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_the_map_and_the_charts_use_the_same_class_colours():
    from contrast_engine import colouring

    assert figures.PALETTE == colouring.PALETTE
    assert figures.UNKNOWN == colouring.OTHER_COLOUR


def test_more_classes_than_colours_never_share_a_colour():
    n = len(figures.PALETTE) + 3
    ids = tuple(ImageId(f"{i:016x}") for i in range(n))
    many = Vectors(ids, np.zeros((n, 2)), ("map_x", "map_y"))
    figure = figures.scatter(many, [f"class {i:02}" for i in range(n)])
    solid = [trace.marker.color for trace in figure.data if trace.marker.symbol is None]
    assert len(solid) == len(set(solid)) == len(figures.PALETTE)
    (others,) = [trace for trace in figure.data if trace.marker.symbol == "circle-open"]
    assert others.name == "3 others"
    assert len(others.x) == 3


def test_a_name_somebody_gave_is_shown_as_written():
    name = "<b>low</b> & dull"
    shown = "&lt;b>low&lt;/b> &amp; dull"
    assert figures.scatter(MAP, [name] * 4).data[0].name == shown
    assert figures.bars({name: 1.0}, title="kappa").data[0].y[0] == shown
    assert figures.matrix(np.array([[1]]), [name]).data[0].x[0] == shown
    assert figures.scatter(MAP, [name] * 4, title=name).layout.legend.title.text == shown
    values = figures.scatter(MAP, np.arange(4.0), title=name, axes=(name, "up"))
    assert values.data[0].marker.colorbar.title.text == f"{shown} (no unit)"
    assert values.layout.xaxis.title.text == f"{shown} (no unit)"
    assert figures.trajectory(MAP, MAP.values[:2], [name, "b"]).data[1].text[0] == shown
    of, colours = [name] * len(MAP), {name: "#123456"}
    named = figures.trajectory(MAP, MAP.values[:2], ["a", "b"], classes=of, colours=colours)
    assert (named.layout.annotations[0].text, named.data[0].name) == (shown, shown)
    assert named.data[0].marker.color == named.layout.annotations[0].bordercolor == "#123456"
    spokes = figures.radar({name: {"a": 1.0}}, names={"a": name}).data[0]
    assert (spokes.name, spokes.theta[0]) == (shown, shown)
    line = figures.curve({name: ([0, 1], [0, 1])}, x_title=name, y_title="y").data[0]
    assert line.name == shown
    assert flow(np.array([[2]]), [name], ["b"], [0]).data[0].node.label[0] == shown


def test_a_line_break_in_a_name_is_an_escape_and_no_name_is_a_formula():
    assert figures.bars({"a\nb\u202e": 1.0}, title="kappa").data[0].y[0] == r"a\nb\u202e"
    assert PLOTLY_CONFIG["typesetMath"] is False


def test_a_picture_is_shown_pixel_by_pixel_in_srgb():
    rgb = np.zeros((2, 3, 3))
    rgb[0, 0] = (1.0, 0.0, 0.0)
    rgb[1, 2] = 0.21404114048223255  # middle grey: half of white as a code value
    shown = np.asarray(Image.open(BytesIO(figures.picture_png(rgb))))
    assert shown.shape == (2, 3, 3)
    assert shown[0, 0].tolist() == [255, 0, 0]
    assert set(shown[1, 2].tolist()) <= {127, 128}


def test_heat_is_dark_at_nothing_and_bright_at_most():
    shown = np.asarray(Image.open(BytesIO(figures.heat_png(np.array([[0.0, 1.0, 9.0]]), 1.0))))
    assert shown[0, 0].sum() < 250 < shown[0, 1].sum()
    assert shown[0, 1].tolist() == shown[0, 2].tolist()
    flat = np.asarray(Image.open(BytesIO(figures.heat_png(np.zeros((1, 2)), 0.0))))
    assert flat[0, 0].tolist() == flat[0, 1].tolist() == shown[0, 0].tolist()


def test_a_radar_closes_its_lines_and_leaves_open_what_is_not_known() -> None:
    names = {"haze": "Haze", "crop": "Not cropping", "probe": "Features told"}
    drawn = figures.radar(
        {"mine": {"haze": 0.9, "crop": 0.5, "probe": 0.2}, "theirs": {"haze": 0.4, "probe": 0.6}},
        names=names,
    )
    mine, theirs = drawn.data
    assert list(mine.theta) == ["Haze", "Not cropping", "Features told", "Haze"]
    assert list(mine.r) == [0.9, 0.5, 0.2, 0.9]
    assert list(theirs.r) == [0.4, None, 0.6, 0.4]
    assert list(drawn.layout.polar.radialaxis.range) == [0, 1]


def test_label_efficiency_has_a_line_for_each_way_with_its_interval_and_only_those_measured() -> (
    None
):
    points = [
        {"labels": 10, "accuracy": {"frozen": (0.5, 0.4, 0.7), "tuned": (0.6, 0.5, 0.7)}},
        {"labels": 40, "accuracy": {"frozen": (0.7, 0.6, 0.9), "tuned": (0.6, 0.5, 0.7)}},
    ]
    titles = {"features": "Features", "frozen": "Frozen", "tuned": "Tuned"}
    drawn = label_efficiency(points, titles)
    assert [line.name for line in drawn.data] == ["Frozen", "Tuned"]
    frozen, tuned = drawn.data
    assert list(frozen.y) == [0.5, 0.7]
    assert list(frozen.error_y.array) == pytest.approx([0.2, 0.2])
    assert list(frozen.error_y.arrayminus) == pytest.approx([0.1, 0.1])
    assert frozen.x[0] < 10 < tuned.x[0], "no bar hides another"
    assert list(drawn.layout.xaxis.ticktext) == ["10", "40"]
    assert frozen.line.color != tuned.line.color
    assert frozen.marker.symbol != tuned.marker.symbol
