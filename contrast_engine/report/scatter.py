"""A map as a drawing: every point in its colour, with pictures of typical images."""

from base64 import b64encode
from collections.abc import Mapping, Sequence

import numpy as np

from contrast_engine import as_written
from contrast_engine.arrays import Floats
from contrast_engine.colouring import NOTHING, OTHER_COLOUR, Classes, Colouring, Scale
from contrast_engine.randomness import generator
from contrast_engine.report.charts import LETTER, WIDTH, svg
from contrast_engine.report.document import Chart
from contrast_engine.vectors import ImageId

HEIGHT = 460
SIDE = 54
"""Pixels of the longer side of a picture on the map."""

MOST_DRAWN = 20_000
"""So many points are drawn, about 10 bytes each; of more a part is drawn by lot."""

_STEPS = 12
"""Colours that a scale is drawn in: points of one colour are one path."""


def scatter(
    name: str,
    title: str,
    places: Floats,
    colours: Colouring,
    pictures: Mapping[ImageId, bytes],
    *,
    is_equal: bool,
    axes: tuple[str, str] = ("", ""),
) -> Chart:
    """A map as a drawing.

    Args:
        name: Of the chart.
        title: What it shows.
        places: (n, 2) where the images lie.
        colours: Their colours, in the same order.
        pictures: WebP of a few images to be shown at their points.
        is_equal: Whether both directions have one scale.
        axes: What right and up mean; "" for nothing.
    """
    shown = _drawn(len(places))
    at = _pixels(places, is_equal=is_equal)
    legend, top = _legend(colours, HEIGHT)
    parts = [
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="4" fill="var(--ink)" opacity="0.04"/>',
        *_points(at[shown], colours, shown),
        *_pictures(at, colours, pictures),
        *legend,
    ]
    if all(axes):
        parts += [
            _said(WIDTH - 8, HEIGHT - 8, f"right: {axes[0]}", "end"),
            _said(8, 16, f"up: {axes[1]}", "start"),
        ]
    words = _words(colours, len(shown), len(places))
    data = tuple(
        (colours.ids[row], *places[row, :2].round(4).tolist(), _class(colours, row))
        for row in shown.tolist()
    )
    columns = ("image", "map_x", "map_y", colours.legend.title)
    return Chart(name, title, svg(title, words, top, parts), columns, data)


def _drawn(n: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    if n <= MOST_DRAWN:
        return np.arange(n)
    return np.sort(generator(0, "report map").choice(n, MOST_DRAWN, replace=False))


def _pixels(places: Floats, *, is_equal: bool) -> Floats:
    """(n, 2) pixels: the middle 99.8 % fill the drawing, the rest is moved to its rim."""
    low, high = np.percentile(places[:, :2], [0.1, 99.9], axis=0)
    span = np.where(high > low, high - low, 1.0)
    room = np.array([WIDTH, HEIGHT]) - SIDE
    scale = room / span
    if is_equal:
        scale = np.full(2, scale.min())
    middle = (low + high) / 2
    at = (places[:, :2] - middle) * scale * [1, -1] + np.array([WIDTH, HEIGHT]) / 2
    pixels: Floats = np.clip(at, 6, [WIDTH - 6, HEIGHT - 6])
    return pixels


def _points(at: Floats, colours: Colouring, shown: np.ndarray) -> list[str]:
    """One path for each colour: a point is a line of no length with a round end."""
    size = min(9.0, max(2.6, 26 / max(1, len(at)) ** 0.18))
    codes = colours.codes[shown]
    paths = []
    for colour, of in _colours_of(colours):
        rows = np.isin(codes, of)
        if not rows.any():
            continue
        line = "".join(f"M{x:.1f} {y:.1f}h0" for x, y in at[rows].tolist())
        paths.append(f'<path d="{line}" stroke="{colour}" stroke-width="{size:.1f}" '
                     'stroke-linecap="round" fill="none" opacity="0.85"/>')  # fmt: skip
    return paths


def _colours_of(colours: Colouring) -> list[tuple[str, list[int]]]:
    """Each colour with the codes that are drawn in it; what is not known is drawn first."""
    legend = colours.legend
    if isinstance(legend, Classes):
        known = [(colour, [code]) for code, (_, colour, _) in enumerate(legend.entries)]
    else:
        edges = np.linspace(0, NOTHING, _STEPS + 1).astype(int)
        last = len(legend.stops) - 1
        known = [
            (legend.stops[round(last * k / (_STEPS - 1))], list(range(edges[k], edges[k + 1])))
            for k in range(_STEPS)
        ]
    return [(OTHER_COLOUR, [NOTHING]), *known]


def _pictures(at: Floats, colours: Colouring, pictures: Mapping[ImageId, bytes]) -> list[str]:
    """The pictures at their points, none over another, those that come first before others."""
    rows = {image: row for row, image in enumerate(colours.ids)}
    of = {code: colour for colour, codes in _colours_of(colours) for code in codes}
    taken: list[tuple[float, float]] = []
    found = []
    for image, webp in pictures.items():
        if image not in rows:
            continue
        x, y = at[rows[image]].clip(SIDE / 2 + 2, [WIDTH - SIDE / 2 - 2, HEIGHT - SIDE / 2 - 2])
        if any(abs(x - a) < SIDE + 6 and abs(y - b) < SIDE + 6 for a, b in taken):
            continue
        taken.append((x, y))
        colour, corner = of[int(colours.codes[rows[image]])], f'x="{x - SIDE / 2:.1f}"'
        top = y - SIDE / 2
        found.append(
            f'<rect {corner} y="{top:.1f}" width="{SIDE}" height="{SIDE}" fill="#777" '
            f'stroke="{colour}" stroke-width="3"/><image {corner} y="{top:.1f}" width="{SIDE}" '
            f'height="{SIDE}" href="data:image/webp;base64,{b64encode(webp).decode()}"/>'
        )
    return found


def _legend(colours: Colouring, y: float) -> tuple[list[str], float]:
    """The legend below the map, and the height of the whole."""
    legend = colours.legend
    if isinstance(legend, Scale):
        step = 10
        parts = [
            f'<rect x="{8 + step * k}" y="{y + 12}" width="{step}" height="10" fill="{colour}"/>'
            for k, (colour, _) in enumerate(_colours_of(colours)[1:])
        ]
        unit = f" {legend.unit}" if legend.unit else ""
        words = f"{legend.title}: {legend.low:.3g} to {legend.high:.3g}{unit}"
        return [*parts, _said(step * _STEPS + 18, y + 21, words)], y + 32
    entries = [(name, colour, count) for name, colour, count in legend.entries if count]
    if legend.absent:
        entries.append((legend.absent_name, OTHER_COLOUR, legend.absent))
    parts, x, top = [], 8.0, y + 20
    for name, colour, count in entries:
        words = f"{name} ({count:,})"
        wide = LETTER * len(words) + 34
        if x > 8 and x + wide > WIDTH:
            x, top = 8.0, top + 20
        parts.append(f'<circle cx="{x + 5:.1f}" cy="{top - 4}" r="5" fill="{colour}"/>'
                     f"{_said(x + 16, top, words)}")  # fmt: skip
        x += wide
    return parts, top + 12


def _class(colours: Colouring, row: int) -> str | float | None:
    code = int(colours.codes[row])
    if isinstance(colours.legend, Classes):
        return None if code == NOTHING else colours.legend.entries[code][0]
    value = float("nan") if colours.values is None else float(colours.values[row])
    return None if np.isnan(value) else value


def _words(colours: Colouring, shown: int, n: int) -> str:
    part = f"{n:,} points" if shown == n else f"{shown:,} of {n:,} points, drawn by lot"
    if isinstance(colours.legend, Scale):
        return f"{part}, coloured by {colours.legend.title}"
    counts = ", ".join(f"{name} {count:,}" for name, _, count in colours.legend.entries if count)
    return f"{part}, coloured by {colours.legend.title}: {counts}"


def _said(x: float, y: float, words: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y}" text-anchor="{anchor}">{as_written.html(words)}</text>'


def drawn_words(n: int) -> str:
    """What is said where not every point is drawn; else ""."""
    return "" if n <= MOST_DRAWN else f"{MOST_DRAWN:,} of {n:,} points are drawn, by lot."


def typical_first(chosen: Sequence[Sequence[ImageId]]) -> list[ImageId]:
    """The first of every cluster, then the second, and so on."""
    most = max(map(len, chosen), default=0)
    return [images[turn] for turn in range(most) for images in chosen if turn < len(images)]
