"""Intermediate results that several features need are worked out once per image."""

import functools
from collections.abc import Callable
from typing import TypeVar

from contrast_engine.images import LinearImage

T = TypeVar("T")


def shared(work_out: Callable[[LinearImage], T]) -> Callable[[LinearImage], T]:
    """The function with its result remembered for as long as the image lives."""
    name = f"{work_out.__module__}.{work_out.__qualname__}"

    @functools.wraps(work_out)
    def once(image: LinearImage) -> T:
        if name not in image.shared:
            image.shared[name] = work_out(image)
        known: T = image.shared[name]
        return known

    return once
