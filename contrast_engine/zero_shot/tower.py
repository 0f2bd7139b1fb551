"""An image tower brought along: one picture in, one vector out, always the same."""

from typing import Any

import numpy as np

from contrast_engine.arrays import Floats, Real
from contrast_engine.as_written import plain
from contrast_engine.errors import ImageError, ModelError
from contrast_engine.randomness import generator
from contrast_engine.zero_shot.onnx_check import check_network
from contrast_engine.zero_shot.preprocessing import network_input
from contrast_engine.zero_shot.recipe import TowerRecipe
from contrast_engine.zero_shot.runtime import run, session

MOST_DIMENSIONS = 4096
_FLOATS = {"tensor(float)": np.float32, "tensor(float16)": np.float16, "tensor(double)": np.float64}
_CHANNELS = 3


class Tower:
    """A network with its recipe, checked and opened.

    Pictures go through one at a time, so that none depends on its neighbours. Threads may share
    a tower.

    Args:
        data: The bytes of an ONNX file; all of its weights inside.
        recipe: How pictures are prepared.
        name: What messages call it.

    Raises:
        ModelError: It is unsafe or damaged, does not fit the recipe, or gives no vector.
    """

    def __init__(self, data: bytes, recipe: TowerRecipe, name: str = "the network") -> None:
        check_network(data, name)
        self.recipe = recipe
        self._name = name
        self._session = session(data, name)
        self._input = self._the_input()
        self._output = self._the_output()
        self._kind = _FLOATS[self._input.type]
        probe = generator(0, "zero_shot", "probe").random((48, 64, 3))
        try:
            first, again = self._vector(probe), self._vector(probe)
        except ImageError as error:
            raise ModelError(f"{name} was tried on a picture of noise: {error}") from None
        if not np.array_equal(first, again):
            raise ModelError(
                f"{name} gives another vector for the same picture; export it without dropout "
                "and without random operators"
            )
        self.dimensions = len(first)

    def embed(self, rgb: Real) -> Floats:
        """The vector (d,) of one picture in linear light (h, w, 3).

        Raises:
            ImageError: The network gives numbers that are missing or infinite.
            ModelError: The network fails.
        """
        found = self._vector(rgb)
        if len(found) != self.dimensions:
            raise ModelError(f"{self._name} gives vectors of several lengths")
        return found

    def _vector(self, rgb: Real) -> Floats:
        given = network_input(rgb, self.recipe).astype(self._kind)
        out = run(self._session, self._output, {self._input.name: given}, self._name)
        shape = getattr(out, "shape", None)
        if shape is None or getattr(out, "dtype", np.dtype(object)).kind != "f":
            raise ModelError(f"{self._name} gives no numbers with decimals as {self._output!r}")
        long = [side for side in shape if side != 1]
        if len(long) > 1 or not shape or 0 in shape:
            raise ModelError(
                f"{self._name} gives {tuple(shape)} as {plain(self._output)!r} where one vector is "
                f"needed; name the pooled output in the recipe. {self._outputs_words()}"
            )
        vector: Floats = np.asarray(out, dtype=np.float64).reshape(-1)
        if len(vector) > MOST_DIMENSIONS:
            raise ModelError(
                f"{self._name} gives {len(vector):,} numbers; at most {MOST_DIMENSIONS:,} are kept:"
                " name its embedding in the recipe, not a feature map"
            )
        if not np.isfinite(vector).all():
            raise ImageError(f"{self._name} gives numbers that are missing or infinite")
        return vector

    def _the_input(self) -> Any:
        inputs = {one.name: one for one in self._session.get_inputs()}
        wanted = self.recipe.input
        if wanted and wanted not in inputs:
            raise ModelError(
                f"{self._name} has no input {plain(wanted)!r}; it has: {_listed(inputs)}"
            )
        if len(inputs) != 1:
            raise ModelError(
                f"{self._name} takes {len(inputs)} inputs ({_listed(inputs)}); export the image "
                "tower alone, which takes pictures and nothing else"
            )
        (found,) = inputs.values()
        if found.type not in _FLOATS:
            raise ModelError(
                f"{self._name} takes {found.type} as {plain(found.name)!r}; it must take floats, "
                "prepared as the recipe says"
            )
        self._check_shape(found)
        return found

    def _check_shape(self, found: Any) -> None:
        size = self.recipe.size
        sides = (_CHANNELS, size, size) if self.recipe.layout == "NCHW" else (size, size, _CHANNELS)
        needed, shape = (1, *sides), found.shape
        fits = len(shape) in (0, 4) and all(
            not isinstance(side, int) or side == want
            for side, want in zip(shape, needed, strict=False)
        )
        if not fits:
            raise ModelError(
                f"{self._name} takes pictures of the shape {_shape(shape)}; the recipe makes "
                f"{_shape(needed)} ({self.recipe.layout}): set size and layout to fit, and export "
                "with a batch of one or of any length"
            )

    def _the_output(self) -> str:
        outputs = {one.name: one for one in self._session.get_outputs()}
        wanted = self.recipe.output
        if wanted and wanted not in outputs:
            raise ModelError(
                f"{self._name} has no output {plain(wanted)!r}. {self._outputs_words()}"
            )
        if not wanted and len(outputs) > 1:
            raise ModelError(
                f'{self._name} has {len(outputs)} outputs; say which in the recipe, "output": '
                f'"NAME". {self._outputs_words()}'
            )
        found = outputs[wanted] if wanted else next(iter(outputs.values()))
        if found.type not in _FLOATS:
            raise ModelError(
                f"{self._name} gives {found.type} as {plain(found.name)!r}; an embedding is floats"
            )
        return str(found.name)

    def _outputs_words(self) -> str:
        outputs = self._session.get_outputs()
        return "It gives: " + "; ".join(f"{plain(o.name)[:60]} {_shape(o.shape)}"
                                        for o in outputs[:8])  # fmt: skip


def _shape(shape: Any) -> str:
    return (
        "(" + ", ".join("any" if not isinstance(side, int) else str(side) for side in shape) + ")"
    )


def _listed(names: Any) -> str:
    return ", ".join(plain(name)[:60] for name in list(names)[:8]) or "none"
