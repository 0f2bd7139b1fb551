"""Fitted numbers on disk: safetensors and JSON, never pickle."""

import hashlib
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from contrast_engine.access import Act, need
from contrast_engine.arrays import Json
from contrast_engine.errors import ModelError
from contrast_engine.said import STORED, fault_in
from contrast_engine.store.atomic_files import json_text, read_json, stamp, write_bytes, write_json
from contrast_engine.store.said_of_results import spoken

Array = np.ndarray[Any, np.dtype[Any]]

_KEY = re.compile(r"[0-9a-f]{16}")


class ModelStore:
    """The fitted models of one workspace, each a folder of weights and a recipe."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def save(self, key: str, arrays: Mapping[str, Array], recipe: Json) -> None:
        """Store arrays and, written last, the recipe that says what they are.

        Raises:
            WorkspaceError: They could not be written; no half model can be loaded.
        """
        from safetensors.numpy import save

        # safetensors takes the memory as it lies: a transposed view would be stored wrongly
        data = save({name: np.asarray(arrays[name], order="C") for name in sorted(arrays)})
        manifest = {"recipe": recipe, "checksum": _checksum(data)}
        json_text(manifest)
        write_bytes(self._folder(key) / "weights.safetensors", data)
        write_json(self._folder(key) / "recipe.json", manifest)

    def load(self, key: str) -> tuple[dict[str, Array], Json]:
        """The arrays and the recipe of a model.

        Raises:
            ModelError: There is no whole model of that key.
        """
        from safetensors import SafetensorError
        from safetensors.numpy import load

        manifest = read_json(self._folder(key) / "recipe.json")
        try:
            data = (self._folder(key) / "weights.safetensors").read_bytes()
        except OSError:
            manifest = None
        if manifest is None or manifest.get("checksum") != _checksum(data):
            raise ModelError(f"no whole model {key!r} in this workspace; train it again")
        try:
            recipe = manifest["recipe"]
            if wrong := fault_in(STORED, "", recipe):
                raise ModelError(f"model {key} says of itself what no step writes: {wrong}; "
                                 "train it again")  # fmt: skip
            return dict(load(data)), spoken(recipe)
        except (SafetensorError, KeyError, TypeError, ValueError) as error:
            raise ModelError(f"model {key} is damaged ({error}); train it again") from error

    def recipe(self, key: str) -> Json | None:
        """The recipe of a model without reading its weights; None where there is none."""
        return _recipe(read_json(self._folder(key) / "recipe.json"))

    def has(self, key: str) -> bool:
        """True if a whole model of that key is stored."""
        try:
            self.load(key)
        except ModelError:
            return False
        return True

    def recipes(self) -> dict[str, Json]:
        """The recipe of every stored model by key, newest first; no weights are read."""
        files = self._root.glob("*/recipe.json")
        dated = sorted((-(stamp(file) or (0,))[0], file) for file in files)
        found = ((file.parent.name, _recipe(read_json(file))) for _, file in dated)
        return {key: recipe for key, recipe in found if recipe is not None}

    def forget(self, key: str) -> None:
        """Remove a model and everything in its folder; one that is not there is no error.

        Raises:
            NotAllowed: Who this acts for may delete nothing.
        """
        need(Act.TAKE_OUT)
        (self._folder(key) / "recipe.json").unlink(missing_ok=True)  # first: no half model remains
        shutil.rmtree(self._folder(key), ignore_errors=True)

    def _folder(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ModelError(f"{key!r} is no model key; a key is 16 hex digits")
        return self._root / key


def _recipe(manifest: Json | None) -> Json | None:
    """The recipe of a manifest, which may be somebody else's; None where there is none in it."""
    recipe = (manifest or {}).get("recipe")
    found: Json | None = spoken(recipe) if STORED(recipe) is None else None
    return found


def _checksum(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()
