"""The features of images as a transformer of scikit-learn's, for pipelines of one's own.

scikit-learn is loaded with this module, since a transformer is one of its classes; nothing else
imports it.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

from contrast_engine.arrays import Floats
from contrast_engine.errors import ImageError, OptionError
from contrast_engine.features import core_names, feature_names, measure_image
from contrast_engine.images import ANALYSIS_SIZE, ReadingOptions
from contrast_engine.predict.inputs import Item, listed, opened
from contrast_engine.steps.parallel import side_by_side

GROUPS = ("all", "core")
"""Every feature, or the twenty that images are clustered by."""

UNREADABLE = ("raise", "nan")


class ContrastFeatures(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Contrast features of images, one row each, as a transformer of scikit-learn's.

    Nothing is learnt: `fit` only checks the options. Within a search over folds images are
    measured again for each; give the pipeline a `memory`, or transform once before the search.

    Args:
        features: "all", "core" for the twenty that images are clustered by, or a list of names.
        size: Longest side in pixels at which images are measured; features of different sizes
            must not be compared.
        workers: Images at a time; as many as there are cores by default.
        unreadable: What an image that cannot be read does: "raise", or "nan" for a row of NaN.
        space: What the numbers of arrays mean among the images: "srgb" codes or "linear" light.
        white: What counts as white in HDR and float files, as `contrast measure --white`.
    """

    def __init__(
        self,
        features: str | Sequence[str] = "all",
        *,
        size: int = ANALYSIS_SIZE,
        workers: int | None = None,
        unreadable: str = "raise",
        space: str | None = None,
        white: str = "P99.5",
    ) -> None:
        self.features = features
        self.size = size
        self.workers = workers
        self.unreadable = unreadable
        self.space = space
        self.white = white

    def fit(self, X: Iterable[Item], y: object = None) -> Self:  # noqa: N803 - their name for it
        """Check the options; nothing is learnt and no image is read.

        Args:
            X: n images: paths, bytes, pictures of Pillow's, or arrays of a stated space.
            y: Not used.

        Raises:
            OptionError: An option is none of those there are.
        """
        self._names()
        self._options()
        return self

    def transform(self, X: Iterable[Item]) -> Floats:  # noqa: N803
        """The features of images: (n, d), in the order of `get_feature_names_out`.

        Raises:
            ImageError: An image cannot be read, where that is to be raised.
            OptionError: An option is none of those there are, or X is one image and no list.
        """
        names, options = self._names(), self._options()

        def one(numbered: tuple[int, Item]) -> list[float]:
            number, item = numbered
            try:
                image = opened(item, self.space, number).decode(self.size, options)
                measured = measure_image(image)
            except ImageError:
                if self.unreadable == "raise":
                    raise
                return [np.nan] * len(names)
            return [measured[name] for name in names]

        images = enumerate(listed(_column(X)), start=1)
        rows = [row for _, row in side_by_side(one, images, self.workers)]
        return np.array(rows, dtype=np.float64).reshape(len(rows), len(names))

    def get_feature_names_out(self, input_features: object = None) -> Any:
        """The names of the columns, as an array of objects.

        Args:
            input_features: Not used.
        """
        return np.array(self._names(), dtype=object)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        tags.no_validation = True
        tags.input_tags.two_d_array = False
        tags.input_tags.one_d_array = True
        tags.input_tags.string = True
        return tags

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def _names(self) -> tuple[str, ...]:
        known = feature_names()
        if self.features is None or isinstance(self.features, str):
            if self.features not in GROUPS:
                raise OptionError(
                    f"features must be 'all', 'core' or a list of names, got {self.features!r}"
                )
            return known if self.features == "all" else core_names()
        chosen = tuple(self.features)
        unknown = [name for name in chosen if name not in known]
        if unknown or not chosen:
            raise OptionError(
                f"there is no feature {unknown[0]!r}; there are: {', '.join(known)}"
                if unknown
                else "features is an empty list; name at least one, or 'all'"
            )
        return chosen

    def _options(self) -> ReadingOptions:
        if self.unreadable not in UNREADABLE:
            raise OptionError(f"unreadable must be 'raise' or 'nan', got {self.unreadable!r}")
        if isinstance(self.size, bool) or not isinstance(self.size, int) or self.size < 1:
            raise OptionError(f"size must be a whole number of at least 1, got {self.size!r}")
        return ReadingOptions(self.white)


def _column(images: Any) -> Any:
    """The images of a table with one column, as a column transformer hands them on."""
    if getattr(images, "ndim", 1) == 2 and hasattr(images, "iloc") and images.shape[1] == 1:
        return list(images.iloc[:, 0])
    is_objects = isinstance(images, np.ndarray) and images.dtype.kind in "OU"
    if is_objects and images.ndim == 2 and images.shape[1] == 1:
        return list(images[:, 0])
    return images
