"""measure, frame_of: features of images, and the exported table, as frames of pandas."""

import io
from collections.abc import Iterable
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from contrast_engine import extras
from contrast_engine.errors import ImageError
from contrast_engine.features import feature_names, measure_image
from contrast_engine.images import ANALYSIS_SIZE
from contrast_engine.images.reading_options import USUAL, ReadingOptions
from contrast_engine.predict.inputs import Item, listed, name_of, opened
from contrast_engine.progress import SILENT, Progress
from contrast_engine.several import several
from contrast_engine.steps.output.export import Table, parquet_bytes
from contrast_engine.steps.parallel import side_by_side

if TYPE_CHECKING:
    from pandas import DataFrame


def measure(
    images: Iterable[Item],
    *,
    features: Iterable[str] | None = None,
    space: str | None = None,
    size: int = ANALYSIS_SIZE,
    workers: int | None = None,
    options: ReadingOptions = USUAL,
    progress: Progress = SILENT,
) -> "DataFrame":
    """The features of images, one row each, without a workspace.

    The index is the path of a file, the name that was given, or "image 3". Where an image cannot
    be read its features are NaN and a last column, `problem`, says why; without any such image
    there is no such column.

    Args:
        images: Paths, bytes of files, pictures of Pillow's, arrays, what `read_image` gave; each
            perhaps as (name, image).
        features: Names of features; all of them by default.
        space: What the numbers of arrays mean that do not say it: "srgb", "linear", "display-p3"
            or "adobe-rgb".
        size: Longest side in pixels at which images are measured; features of different sizes
            must not be compared.
        workers: Images at a time; as many as there are cores by default.
        options: What was chosen about files that leave something open.
        progress: Told after every image.

    Raises:
        OptionError: It is one image and no list, or an array does not say its space.
        UnknownName: There is no feature of that name.
        ModuleNotFoundError: pandas is not installed.
    """
    pandas = _pandas()
    names = feature_names() if features is None else tuple(several(features, "features"))
    numbered = list(enumerate(listed(images), start=1))

    def one(question: tuple[int, Item]) -> list[float] | ImageError:
        number, item = question
        try:
            image = opened(item, space, number).decode(size, options)
            return [*measure_image(image, names).values()]
        except ImageError as error:
            return error

    rows: list[list[float]] = []
    problems: list[str | None] = []
    for (number, _), answer in side_by_side(one, numbered, workers):
        is_bad = isinstance(answer, ImageError)
        rows.append([float("nan")] * len(names) if isinstance(answer, ImageError) else answer)
        problems.append(str(answer) if is_bad else None)
        progress.tick(number, len(numbered), "measuring images")
    index = pandas.Index([name_of(item, number) for number, item in numbered], name="image")
    frame = pandas.DataFrame(rows, index=index, columns=list(names), dtype=float)
    if any(problems):
        frame["problem"] = problems
    return frame


def frame_of(found: Table) -> "DataFrame":
    """The exported table as a frame of pandas, indexed by the ids of the images.

    Text is text, features are floating-point numbers with NaN where nothing is known; the number
    of a cluster and flags are of pandas' types that know nothing: `Int64` and `boolean`.

    Raises:
        ModuleNotFoundError: pandas is not installed.
    """
    pandas = _pandas()
    import pyarrow as pa
    import pyarrow.parquet as pq

    # by way of the file that is exported, so that neither can say anything else
    table = pq.read_table(io.BytesIO(parquet_bytes(found)))
    kinds = {pa.int64(): pandas.Int64Dtype(), pa.bool_(): pandas.BooleanDtype()}
    return table.to_pandas(types_mapper=kinds.get).set_index("id")


def _pandas() -> ModuleType:
    try:
        return import_module("pandas")
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(extras.words(error) or str(error), name=error.name) from None
