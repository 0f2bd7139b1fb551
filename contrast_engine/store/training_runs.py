"""What a training run leaves while it lasts: its curve, its maps, its checkpoint, its flags."""

import contextlib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from contrast_engine.access import Act, need
from contrast_engine.arrays import Bytes, Floats, Json
from contrast_engine.errors import ModelError
from contrast_engine.store.atomic_files import (
    json_text,
    read_array,
    read_json,
    write_array,
    write_bytes,
    write_json,
)
from contrast_engine.store.models import Array, ModelStore

FLAGS = ("pause", "stop")


class TrainingRun:
    """The folder of one run, `models/<key>/`, beside the weights it ends with.

    `history.jsonl` has one line an epoch; `maps/<epoch>.f32` the float32 (m, 2) map of that
    epoch, its images in `maps/ids.json`; `painted.npy` or `nearest.npy` six pictures and their
    reconstructions or nearest images; two folders what is needed to go on; an empty file
    `pause` or `stop` is a request. A run that is over has no checkpoint any more.

    Args:
        root: The workspace folder.
        key: Key of the model it trains.
    """

    def __init__(self, root: Path, key: str) -> None:
        self.folder = root / "models" / key
        self._state = ModelStore(self.folder)
        self._history = self.folder / "history.jsonl"
        self._maps = self.folder / "maps"

    def save_checkpoint(self, arrays: Mapping[str, Array], state: Json) -> None:
        """Replace the checkpoint; the one before stays until this one is whole."""
        held = self._checkpoints()
        slot = min(_SLOTS, key=lambda name: held[name][1]["epoch"] if name in held else -1)
        self._state.save(slot, arrays, state)
        self.write_history(state["history"])

    def checkpoint(self) -> tuple[dict[str, Array], Json] | None:
        """The newest checkpoint that is whole, or None where there is none."""
        held = self._checkpoints().values()
        return max(held, key=lambda one: int(one[1]["epoch"]), default=None)

    def forget_checkpoint(self) -> None:
        """Remove the checkpoint and all requests: the run is over."""
        for slot in _SLOTS:
            shutil.rmtree(self.folder / slot, ignore_errors=True)
        for flag in FLAGS:
            (self.folder / flag).unlink(missing_ok=True)

    def _checkpoints(self) -> dict[str, tuple[dict[str, Array], Json]]:
        found = {}
        for slot in _SLOTS:
            with contextlib.suppress(ModelError):  # none there, or half of one
                found[slot] = self._state.load(slot)
        return found

    def write_history(self, history: list[Json]) -> None:
        """Replace the curve: one JSON line for each epoch."""
        write_bytes(self._history, "".join(json_text(line) + "\n" for line in history).encode())

    def history(self) -> list[Json]:
        """The metrics of each finished epoch."""
        try:
            return [json.loads(line) for line in self._history.read_bytes().splitlines()]
        except (OSError, ValueError, RecursionError):
            return []

    def write_map(self, epoch: int, points: Floats) -> None:
        """Save the map of an epoch, (m, 2)."""
        file = np.asarray(points, dtype=np.float32)
        write_bytes(self._maps / f"{epoch:04d}.f32", file.tobytes())

    def write_map_ids(self, ids: list[str]) -> None:
        """Save which images the maps show, in the order of their rows."""
        write_json(self._maps / "ids.json", {"ids": ids})

    def maps(self) -> dict[int, Floats]:
        """Every map by epoch, each (m, 2)."""
        found = {}
        for path in sorted(self._maps.glob("[0-9]*.f32")):
            points = np.frombuffer(path.read_bytes(), dtype=np.float32)
            found[int(path.stem)] = points.reshape(-1, 2).astype(np.float64)
        return found

    def map_ids(self) -> tuple[str, ...]:
        """The images that the maps show."""
        said = (read_json(self._maps / "ids.json") or {}).get("ids")
        return tuple(map(str, said)) if isinstance(said, list) else ()

    def write_reconstructions(self, pictures: Bytes) -> None:
        """Save (2, m, s, s, 3) uint8 pictures as they are and their last reconstructions."""
        write_array(self.folder / "painted.npy", pictures)

    def reconstructions(self) -> Bytes | None:
        """What `write_reconstructions` saved, None where there is nothing."""
        return read_array(self.folder / "painted.npy")

    def write_nearest(self, pictures: Bytes) -> None:
        """Save (1 + k, m, s, s, 3) uint8 pictures and the nearest that it found to each last."""
        write_array(self.folder / "nearest.npy", pictures)

    def nearest(self) -> Bytes | None:
        """What `write_nearest` saved, None where there is nothing."""
        return read_array(self.folder / "nearest.npy")

    def ask(self, request: str) -> None:
        """Request the run to "pause", to "stop" with what it has, or to "go" on.

        Raises:
            NotAllowed: Who this acts for may run no steps.
        """
        need(Act.RUN)
        if request in FLAGS:
            write_bytes(self.folder / request, b"")
        for flag in FLAGS:
            if flag != request:
                (self.folder / flag).unlink(missing_ok=True)

    def wish(self) -> Any:
        """The last request: "go", "pause" or "stop"."""
        return next((flag for flag in ("stop", "pause") if (self.folder / flag).exists()), "go")


_SLOTS = ("c" * 16, "d" * 16)
"""Checkpoints are models of their own, below the run, written in turn: a process that is killed
while it writes one leaves the other."""
