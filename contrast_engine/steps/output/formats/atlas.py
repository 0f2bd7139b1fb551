"""Embedding Atlas: one Parquet file with pictures, places and neighbours."""

from collections.abc import Iterator
from typing import Any, ClassVar

from contrast_engine.steps.output.destination import Destination
from contrast_engine.steps.output.encoding import column_array
from contrast_engine.steps.output.formats import Format, formats
from contrast_engine.steps.output.known_images import KnownImages, Row
from contrast_engine.steps.output.neighbours import Neighbours
from contrast_engine.steps.output.provenance import provenance
from contrast_engine.vectors import ImageId

NEIGHBOURS = 15
"""How many are kept of each image, as Embedding Atlas does by itself."""

ROWS_AT_ONCE = 1000
"""Rows in memory at a time, with a small picture of some 10 kB each."""

_ELSEWHERE = {"map_x", "map_y", "id", "path", "label", "predicted_label"}


@formats.add("atlas")
class EmbeddingAtlas(Format):
    """A Parquet file with a small picture, place and neighbours of every image.

    The pictures are the thumbnails, at most 256 pixels long. Neighbours are counted as rows from 0,
    each image itself first, in the space that the map was made from. Behind the columns that
    Embedding Atlas knows follow those of the table.
    """

    title: ClassVar[str] = "Embedding Atlas"
    ending: ClassVar[str] = ".parquet"
    wants: ClassVar[tuple[str, ...]] = ("map", "label", "model")
    opened_by: ClassVar[str] = 'embedding-atlas "{path}" --image image'

    def write(self, known: KnownImages, to: Destination) -> None:
        """Write the file, some rows at a time."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        near = known.neighbours(NEIGHBOURS)
        others = [name for name in known.table.columns if name not in _ELSEWHERE]
        schema = _schema(others, {name: column_array(name, []).type for name in others})
        about = provenance(known.workspace)
        if near is not None:
            how = "" if near.search == "exact" else f"; {near.search}"
            about["neighbors"] = (
                f"the {NEIGHBOURS} nearest, Euclidean, in the space of {near.space}{how}"
            )
        known.columns = tuple(schema.names)
        known.options = _options(known, near)
        with pq.ParquetWriter(to.path, schema.with_metadata(about)) as file:
            for first, rows in _parts(known.counted(known.rows)):
                file.write_batch(pa.record_batch(_arrays(known, rows, first, near, schema), schema))


def _schema(others: list[str], kinds: dict[str, Any]) -> Any:
    import pyarrow as pa

    text, ids, distances = pa.string(), pa.list_(pa.int64()), pa.list_(pa.float64())
    return pa.schema([
        ("id", text), ("path", text),
        ("image", pa.struct([("bytes", pa.binary()), ("path", text)])),
        ("projection_x", pa.float32()), ("projection_y", pa.float32()),
        ("neighbors", pa.struct([("ids", ids), ("distances", distances)])),
        ("label", text), ("predicted_label", text),
        *((name, kinds[name]) for name in others),
    ])  # fmt: skip


def _options(known: KnownImages, near: Neighbours | None) -> str:
    """What to open it with beside the picture: only what is there."""
    place = known.table.columns.index("map_x")
    has_map = any(row[place] is not None for row in known.table.rows)
    said = " --x projection_x --y projection_y" if has_map else ""
    return said if near is None else f"{said} --neighbors neighbors"


def _parts(rows: Iterator[Row]) -> Iterator[tuple[int, list[Row]]]:
    first, part = 0, []
    for row in rows:
        part.append(row)
        if len(part) == ROWS_AT_ONCE:
            yield first, part
            first, part = first + len(part), []
    if part or not first:
        yield first, part


def _arrays(
    known: KnownImages, rows: list[Row], first: int, near: Neighbours | None, schema: Any
) -> list[Any]:
    import pyarrow as pa

    made = {
        "image": [_picture(known, row) for row in rows],
        "projection_x": [row["map_x"] for row in rows],
        "projection_y": [row["map_y"] for row in rows],
        "neighbors": [_near(near, first + number) for number in range(len(rows))],
    }
    return [
        pa.array(made[field.name], field.type)
        if field.name in made
        else column_array(field.name, [row[field.name] for row in rows])
        for field in schema
    ]


def _near(near: Neighbours | None, row: int) -> dict[str, list[Any]] | None:
    """Itself and its neighbours, as Embedding Atlas has them of its own.

    It wants as many of every row, so an image that is not measured is its own neighbour only.
    """
    if near is None:
        return None
    at = near.place.get(row)
    if at is None:
        count = 1 + near.near.shape[1]
        return {"ids": [row] * count, "distances": [0.0] * count}
    return {"ids": [row, *near.near[at].tolist()], "distances": [0.0, *near.distances[at].tolist()]}


def _picture(known: KnownImages, row: Row) -> dict[str, Any] | None:
    data = known.workspace.thumbs.get(ImageId(str(row["id"])))
    if data is None:
        known.left_out.append(f"{row['path']}: it has no small picture; scan the folder again")
        return None
    return {"bytes": data, "path": row["path"]}
