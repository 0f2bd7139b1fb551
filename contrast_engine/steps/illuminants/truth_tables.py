"""Folders of pictures whose illuminant is known, opened by what is in them."""

import math
from os.path import lexists
from pathlib import Path

from contrast_engine.errors import CollectionError
from contrast_engine.illuminants.datasets import WORKING_SIZE, Entry, IlluminantSet, Problem, load
from contrast_engine.illuminants.datasets.layouts import gehler_shi, is_gehler_shi, simple_cube
from contrast_engine.illuminants.datasets.pixels import Polygon
from contrast_engine.progress import SILENT, Progress
from contrast_engine.store import shown
from contrast_engine.store.spellings import Located
from contrast_engine.store.tables import Table, column, listed, open_table
from contrast_engine.store.tables.cells import number

USUAL_NAMES = ("illuminants.csv", "gt.csv", "truth.csv")
"""Tables that are looked for in a folder, before any other with r, g and b."""

FILES = ("file", "path", "image", "filename", "name")
COLOURS = (("r", "mean_r", "red"), ("g", "mean_g", "green"), ("b", "mean_b", "blue"))
RECTANGLES = (("mask_x", "x"), ("mask_y", "y"), ("mask_w", "w"), ("mask_h", "h"))
OTHERS = {
    "polygon": ("polygon", "mask_polygon"),
    "black": ("black_level", "black"),
    "white": ("white_level", "white", "saturation"),
    "camera": ("camera",),
    "scene": ("scene", "group"),
}

Cells = dict[str, str]


def open_illuminants(
    folder: str | Path,
    truth: str | Path | None = None,
    *,
    size: int = WORKING_SIZE,
    progress: Progress = SILENT,
) -> IlluminantSet:
    """The pictures of a folder with their illuminants, linear, averaged to squares.

    Known are: a folder with a table (file or path; r, g, b; optional mask rectangle x, y, w, h or
    polygon "x y x y ...", black_level, white_level, camera, scene), SimpleCube++ (PNG/ beside
    gt.csv) and Gehler-Shi as it is unpacked.

    Args:
        folder: Where the pictures are.
        truth: The table; None looks for one in the folder.
        size: Side of the squares.
        progress: Told after each picture.

    Raises:
        CollectionError: There is no such folder or table, or nothing of it can be used.
    """
    home = Path(folder).expanduser()
    if not home.is_dir():
        raise CollectionError(f"{shown(home)} is no folder; name the folder of the pictures")
    entries = _entries(home, None if truth is None else Path(truth).expanduser())

    def tick(done: int, total: int) -> None:
        progress.tick(done, total, "reading pictures")

    return load(entries, size=size, title=shown(home.name or home), tick=tick)


def _entries(home: Path, truth: Path | None) -> list[Entry | Problem]:
    table = open_table(truth) if truth is not None else _found(home)
    if table is None:
        if is_gehler_shi(home):
            return gehler_shi(home)
        raise CollectionError(
            f"{shown(home)} has no table of illuminants; add {USUAL_NAMES[0]} with the columns "
            "file, r, g, b, or name one"
        )
    return entries_of(home, table)


def entries_of(home: Path, table: Table) -> list[Entry | Problem]:
    """What a table says of each picture; a row that cannot be used becomes a problem.

    A file is looked for in the folder, then beside the table.

    Raises:
        CollectionError: A column is missing, or is there twice.
    """
    at = _columns(table)
    separator = str(getattr(table, "separator", ","))
    here, beside = Located(home, table.codec), Located(table.path.parent, table.codec)
    found: list[Entry | Problem] = []
    cubes: dict[str, tuple[float, float, float]] = {}
    is_cube = (home / "PNG").is_dir() and column(table, "image") is not None
    names = list(at)
    for row in table.rows([at[name] for name in names]):
        cells = dict(zip(names, (cell.strip() for cell in row.cells), strict=True))
        file = cells["file"]
        where = file or f"row {row.number}"
        try:
            if row.problem is not None or not file:
                raise ValueError(row.problem or "it names no file")
            truth = _truth(cells, separator)
            if is_cube and not (home / file).is_file():
                cubes[file] = truth
                continue
            place, other = here(file), beside(file)
            path = other if not lexists(place) and lexists(other) else place
            found.append(_entry(file, path, truth, cells, separator))
        except ValueError as error:
            found.append(Problem(where, f"row {row.number} of {shown(table.path.name)}: {error}"))
    return found + simple_cube(home, cubes)


def _found(home: Path) -> Table | None:
    """The table of a folder: one of the usual names, or the only one with r, g and b.

    Raises:
        CollectionError: Several tables have r, g and b.
    """
    for name in USUAL_NAMES:
        if (home / name).is_file():
            return open_table(home / name)
    fitting = []
    for path in sorted([*home.glob("*.csv"), *home.glob("*.tsv")]):
        try:
            table = open_table(path)
            _columns(table)
        except CollectionError:
            continue
        fitting.append(table)
    if len(fitting) > 1:
        names = ", ".join(shown(table.path.name) for table in fitting)
        raise CollectionError(
            f"{shown(home)} has several tables of illuminants ({names}); name one"
        )
    return fitting[0] if fitting else None


def _columns(table: Table) -> dict[str, int]:
    """Where each known column is."""
    wanted = {"file": FILES, **{names[0]: names for names in COLOURS}}
    rest = {names[0]: names for names in RECTANGLES} | OTHERS
    at = {name: column(table, *names) for name, names in (wanted | rest).items()}
    missing = [name for name in wanted if at[name] is None]
    if missing:
        raise CollectionError(
            f"{shown(table.path)} needs the columns file, r, g, b; {', '.join(missing)} missing "
            f"of its columns: {listed(table.columns)}"
        )
    return {name: place for name, place in at.items() if place is not None}


def _truth(cells: Cells, separator: str) -> tuple[float, float, float]:
    r, g, b = (_number(cells, names[0], separator) for names in COLOURS)
    if not (r > 0 and g > 0 and b > 0):
        raise ValueError(f"an illuminant needs r, g and b above 0, got {r:g}, {g:g}, {b:g}")
    return r, g, b


def _entry(
    file: str, path: str, truth: tuple[float, float, float], cells: Cells, separator: str
) -> Entry:
    return Entry(
        file,
        path,
        truth,
        masks=_masks(cells, separator),
        black=_number(cells, "black", separator) if cells.get("black") else 0.0,
        white=_number(cells, "white", separator) if cells.get("white") else None,
        camera=cells.get("camera", ""),
        scene=cells.get("scene", ""),
    )


def _masks(cells: Cells, separator: str) -> tuple[Polygon, ...]:
    found: list[Polygon] = []
    sides = [names[0] for names in RECTANGLES]
    given = [name for name in sides if cells.get(name)]
    if given:
        if len(given) < len(sides):
            raise ValueError("a mask rectangle needs x, y, w and h")
        x, y, w, h = (_number(cells, name, separator) for name in sides)
        if w < 0 or h < 0:
            raise ValueError(f"a mask rectangle needs sides of 0 or more, got {w:g} x {h:g}")
        if w and h:
            found.append(((x, y), (x + w, y), (x + w, y + h), (x, y + h)))
    if cells.get("polygon"):
        found.append(_polygon(cells["polygon"]))
    return tuple(found)


def _polygon(text: str) -> Polygon:
    """Corners written "x y x y ...", with commas, semicolons or brackets as one likes."""
    for mark in "()[]{};,|":
        text = text.replace(mark, " ")
    try:
        numbers = [float(part) for part in text.split()]
    except ValueError:
        numbers = []
    if len(numbers) < 6 or len(numbers) % 2 or not all(map(math.isfinite, numbers)):
        raise ValueError("a mask polygon needs x and y of three corners at least")
    return tuple(zip(numbers[::2], numbers[1::2], strict=True))


def _number(cells: Cells, name: str, separator: str) -> float:
    text = cells.get(name, "")
    try:
        value = number(text, separator)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ValueError(f"{name} is no number: {text[:40]!r}")
    return value
