"""What may be given to a model: files, their contents, pictures in memory; one door for all."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePath
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from contrast_engine.errors import OptionError
from contrast_engine.images import LinearImage, ReadingOptions, content_id, read_image
from contrast_engine.images.in_memory import (
    ImageArray,
    array_raster,
    light_raster,
    picture_raster,
    stated,
)
from contrast_engine.images.reading import file_bytes, linear_image, linear_light
from contrast_engine.imageset import ImageId
from contrast_engine.store.collection import shown

Content = str | Path | bytes | Image.Image | ImageArray | LinearImage | npt.NDArray[Any]
Item = Content | tuple[str, Content]
"""One image to look at, perhaps under a name: a file, the bytes of one, a picture of Pillow's,
one that was read already, or an array; what the numbers of an array mean has to be said."""

_KINDS = "a path, the bytes of a file, a picture of Pillow's, or an ImageArray"


@dataclass(frozen=True, eq=False)
class Opened:
    """One image, found and named, not yet decoded.

    Args:
        name: The path, or what it was called.
        id: The name of its content; None for pictures that are no files.
        decode: Gives it in linear light at a size.
    """

    name: str
    id: ImageId | None
    decode: Callable[[int, ReadingOptions], LinearImage]


def listed(items: Iterable[Item]) -> Iterable[Item]:
    """The items, if they are several and not one.

    Raises:
        OptionError: It is one image, or nothing that holds images.
    """
    one = str | bytes | bytearray | PurePath | Image.Image | ImageArray | LinearImage
    is_pair = isinstance(items, tuple) and len(items) == 2 and _is_named_bytes(items)
    is_picture = isinstance(items, np.ndarray) and items.ndim != 1
    if isinstance(items, one) or is_pair or is_picture:
        said = f" ({shown(str(items))})" if isinstance(items, str | PurePath) else ""
        is_stack = isinstance(items, np.ndarray) and items.ndim > 3
        what, remedy = ("array of several", "pass list(array)") if is_stack else (
            f"{_kind(items)}{said}", "put it in brackets: [image]"
        )  # fmt: skip
        raise OptionError(f"a list of images is needed, got one {what}; {remedy}")
    if isinstance(items, Mapping) or not isinstance(items, Iterable):
        raise OptionError(f"a list of images is needed, got a {_kind(items)}")
    return items


def name_of(item: Item, number: int = 1) -> str:
    """What an image is called: its path or its name, or its place among those given."""
    if isinstance(item, tuple) and len(item) == 2 and isinstance(item[0], str):
        return shown(item[0])
    if isinstance(item, str | PurePath):
        return shown(str(item))
    name = item.name if isinstance(item, ImageArray) else getattr(item, "filename", "")
    return shown(str(name)) if name and isinstance(name, str | PurePath) else f"image {number}"


def opened(item: Item, space: str | None = None, number: int = 1) -> Opened:
    """One image on its way to being decoded: a file is read, and nothing is decoded yet.

    Args:
        item: The image.
        space: What the numbers of arrays mean that do not say it themselves.
        number: Its place among those given, which names what has no name.

    Raises:
        ImageError: A file cannot be read, or an array is no picture.
        OptionError: It is of no kind that is read, or an array without a stated space.
    """
    name = name_of(item, number)
    content: Any = item[1] if isinstance(item, tuple) and len(item) == 2 else item
    if isinstance(content, str | Path):
        return _of_bytes(file_bytes(content)[0], name)
    if isinstance(content, bytes | bytearray | memoryview):
        return _of_bytes(bytes(content), name)
    if isinstance(content, Image.Image):
        return _of_picture(content, name)
    if isinstance(content, LinearImage):
        return Opened(name, None, partial(_at_size, content))
    if isinstance(content, np.ndarray):
        content = stated(content, space, name)
    if isinstance(content, ImageArray):
        return _of_array(content, name)
    raise OptionError(f"{name} is of the kind {_kind(content)}; an image is {_KINDS}")


def _of_bytes(data: bytes, name: str) -> Opened:
    def decode(size: int, options: ReadingOptions) -> LinearImage:
        return read_image(data, size, name=Path(name).name, options=options)

    return Opened(name, content_id(data), decode)


def _of_picture(image: Image.Image, name: str) -> Opened:
    def decode(size: int, options: ReadingOptions) -> LinearImage:
        return linear_image(picture_raster(image, Path(name).name, options), size)

    return Opened(name, None, decode)


def _of_array(given: ImageArray, name: str) -> Opened:
    def decode(size: int, options: ReadingOptions) -> LinearImage:
        return linear_image(array_raster(given, name), size)

    return Opened(name, None, decode)


def _at_size(image: LinearImage, size: int, options: ReadingOptions) -> LinearImage:
    """A picture that was read already, made smaller where it is larger than others are measured."""
    if max(image.shape) <= size:
        return image
    light = linear_light(light_raster(image.rgb), size)
    return LinearImage(light, image.width, image.height, image.notes, image.how)


def _is_named_bytes(pair: tuple[Any, ...]) -> bool:
    return isinstance(pair[0], str) and isinstance(pair[1], bytes)


def _kind(value: object) -> str:
    return "text" if isinstance(value, str) else type(value).__name__
