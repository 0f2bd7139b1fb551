"""Results on disk, each named by the question it answers; the manifest is written last."""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

from contrast_engine.access import need_to_write
from contrast_engine.arrays import Json
from contrast_engine.errors import OptionError, UnknownName
from contrast_engine.imageset import ImageIds, ImageSet
from contrast_engine.results import Clustering, Finding, NearestImages, Predictions, Report
from contrast_engine.said import FINDING, fault_in
from contrast_engine.said.shape import Many
from contrast_engine.store import table_growth
from contrast_engine.store.atomic_files import (
    json_text,
    locked,
    read_json,
    stamp,
    write_bytes,
    write_json,
)
from contrast_engine.store.said_of_results import details_of, refused
from contrast_engine.store.stored_results import Columns, StoredIds, encoded, stored_result
from contrast_engine.store.table_parts import DamagedPartError, Part, PartFile, described
from contrast_engine.vectors import ImageId, Vectors

KINDS = (
    "features", "embeddings", "maps", "clusterings", "predictions", "reports", "attributes",
    "neighbours",
)  # fmt: skip

HAVE_CURRENT = tuple(kind for kind in KINDS if kind != "neighbours")
"""Kinds of which one result is in use; neighbours are there for whoever searches them."""

BY_ID = {"features", "embeddings", "attributes"}
"""Kinds whose rows go by the ids of the images, also of a table that grew."""

_TYPES = {
    "clusterings": "Clustering", "predictions": "Predictions", "reports": "Report",
    "neighbours": "NearestImages",
}  # fmt: skip
"""What the results of a kind are; those of other kinds are vectors."""

Result = Vectors | Clustering | Predictions | NearestImages | Report

_KEY = re.compile(r"[0-9a-f]{16}")
_SET = re.compile(r"[0-9]+ images [0-9a-f]{16}")
_BUSY = "another process is saving a result; try again"
_PATIENCE = 120.0
_FEW = 64


@dataclass(frozen=True)
class Artifact:
    """The question a result answers; the same question always has the same key.

    Args:
        kind: The folder it lies in, one of `KINDS`.
        step: Name and version of what computes it, "measure@1".
        recipe: Every option that changes the answer.
        inputs: Keys of what it was computed from, or ids. Very many images are given as a set,
            which stands in the question as how many they are and the key of the set.
        seed: The seed, or None where nothing is random.
    """

    kind: str
    step: str
    recipe: Json = field(default_factory=dict)
    inputs: tuple[str, ...] | ImageSet = ()
    seed: int | None = None

    @property
    def key(self) -> str:
        """16 hex digits naming this question."""
        return hashlib.blake2b(json_text(self.as_json()).encode(), digest_size=8).hexdigest()

    def as_json(self) -> Json:
        """The question as it stands in the manifest."""
        inputs: Sequence[str] = self.inputs
        if isinstance(self.inputs, ImageSet):
            inputs = (f"{len(self.inputs)} images {self.inputs.key}",)
        return {"kind": self.kind, "step": self.step, "recipe": self.recipe, "inputs": inputs,
                "seed": self.seed}  # fmt: skip


@dataclass(frozen=True)
class Manifest:
    """What is known about one stored result: its question, its size, its details.

    Args:
        inputs: Keys of what it was computed from, or the ids of its images, in order.
        rows: How many images, or findings, it has.
        of_set: Whether its question names the images as a set.
    """

    key: str
    kind: str
    step: str
    recipe: Json
    inputs: Sequence[str]
    seed: int | None
    type: str
    rows: int
    details: Json
    of_set: bool = False


@dataclass(frozen=True)
class _Stored:
    """A result on the disk that is whole."""

    manifest: Manifest
    parts: tuple[PartFile, ...] = ()
    read: Columns | None = None


class ArtifactStore:
    """The folders of results of one workspace."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._read: dict[Path, tuple[object, _Stored | None]] = {}
        self._refused: dict[Path, str] = {}
        self._living: WeakValueDictionary[str, Result] = WeakValueDictionary()

    def save(self, artifact: Artifact, result: Result, details: Json | None = None) -> str:
        """Key of a result, which is stored before its manifest.

        Raises:
            WorkspaceError: It could not be written; an older result stays as it was.
        """
        if artifact.kind not in KINDS:
            raise UnknownName(f"no kind of result {artifact.kind!r}; there are: {', '.join(KINDS)}")
        if isinstance(result, Report):
            data = json_text(asdict(result)).encode()
            manifest = self._told(artifact, "Report", len(result.findings), details)
            manifest["checksum"] = hashlib.blake2b(data, digest_size=16).hexdigest()
            json_text(manifest)  # refuse NaN and foreign objects before anything is written
            self._living.pop(artifact.key, None)
            write_bytes(self._findings(artifact.kind, artifact.key), data)
        else:
            manifest = self._told(artifact, _type_of(result), len(result), details)
            json_text(manifest)
            data = encoded(result)
            part = described(f"{artifact.key}.parquet", data, len(result))
            part = self._placed(artifact.kind, artifact.key, part, data)
            self._living.pop(artifact.key, None)
            manifest |= _of_images(artifact, result.ids) | {
                "parts": [part.as_json()], "is_by_id": _is_rising(result.ids),
            }  # fmt: skip
        write_json(self._manifest(artifact.kind, artifact.key), manifest)
        return artifact.key

    def save_grown(
        self, artifact: Artifact, base: str, more: Result, details: Json | None = None
    ) -> str:
        """Key of a result that is another one with further rows; only those are written.

        The rows of the other stay where they are and are shared. Features, embeddings and
        attributes go on to be in the order of their ids; of other kinds the further rows stand
        behind. Nothing that a result names is ever changed or removed.

        Args:
            artifact: The question it answers.
            base: Key of the other result, of the same type and with the same columns.
            more: The further rows; images that `base` has are refused.
            details: As `save` takes them.

        Raises:
            UnknownName: There is no whole result `base`.
            ValueError: The rows are of another kind, or an image has one already.
            WorkspaceError: It could not be written.
        """
        old = self._of(base)
        table = self.load(base)
        table_growth.check_fits(table, more)
        assert old.read is not None  # checked: it is a table
        assert not isinstance(more, Report)
        ids = table.ids + more.ids
        manifest = self._told(artifact, old.manifest.type, len(ids), details)
        manifest |= _of_images(artifact, ids)
        is_by_id = artifact.kind in BY_ID and _is_rising(table.ids)
        manifest["is_by_id"] = is_by_id
        json_text(manifest)
        need_to_write(self._root / "locks" / "results.lock")
        with locked(self._root / "locks" / "results.lock", _BUSY, _PATIENCE):
            home = self._root / artifact.kind
            parts = table_growth.grown(
                home, old.parts, more if len(more) else None, encoded, is_by_id=is_by_id
            )
            manifest["parts"] = [part.as_json() for part in parts]
            self._living.pop(artifact.key, None)
            write_json(self._manifest(artifact.kind, artifact.key), manifest)
            if len(parts) < len(old.parts):  # they were joined: now and then is often enough
                table_growth.remove_unnamed(self._root, artifact.kind)
        return artifact.key

    def key_of(self, artifact: Artifact) -> str | None:
        """The key of the answer to a question, None where there is none.

        It may be another than that of the question, where an earlier version answered it.
        """
        if self._known(artifact.kind, artifact.key) is not None:
            return artifact.key
        if not isinstance(artifact.inputs, ImageSet):
            return None
        asked = json_text([artifact.step, artifact.recipe, artifact.seed])
        for one in self.all(artifact.kind):
            if one.of_set or len(one.inputs) != len(artifact.inputs):
                continue
            if json_text([one.step, one.recipe, one.seed]) == asked:
                named = _ids(one.inputs)
                if named is not None and named.images == artifact.inputs:
                    return one.key
        return None

    def has(self, artifact: Artifact) -> bool:
        """True if this question has been answered and the answer is whole."""
        return self.key_of(artifact) is not None

    def manifest(self, key: str) -> Manifest:
        """What is known about a result.

        Raises:
            UnknownName: There is no whole result of that key.
        """
        return self._of(key).manifest

    def load(self, key: str) -> Any:
        """A stored result, of the type it was saved as; one still in use is not read again.

        The columns of a table are read when they are asked for.

        Raises:
            UnknownName: There is no whole result of that key.
        """
        stored = self._of(key)
        living = self._living.get(key)
        if living is not None:
            return living
        manifest = stored.manifest
        try:
            if stored.read is None:  # whose details may be changed by whoever has it
                return _report(self._findings(manifest.kind, key).read_bytes())
            found = stored_result(manifest.kind, manifest.type, stored.read)
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise UnknownName(f"result {key} is damaged ({error}); run the step again") from error
        self._living[key] = found
        return found

    def all(self, kind: str) -> list[Manifest]:
        """The manifests of one kind, newest first."""
        paths = [p for p in (self._root / kind).glob("*.json") if _KEY.fullmatch(p.stem)]
        dated = sorted((-(stamp(p) or (0,))[0], p.stem) for p in paths)
        found = [self._known(kind, key) for _, key in dated]
        return [stored.manifest for stored in found if stored is not None]

    def _folders(self, kind: str) -> tuple[Path, ...]:
        """Where the parts of results may lie, the nearest first."""
        return (self._root / kind,)

    def _of(self, key: str) -> _Stored:
        if _KEY.fullmatch(key):
            for kind in KINDS:
                known = self._known(kind, key)
                if known is not None:
                    return known
                if why := self._refused.get(self._manifest(kind, key)):
                    raise UnknownName(why)
        raise UnknownName(f"no result {key!r} in this workspace; run the step again")

    def _known(self, kind: str, key: str) -> _Stored | None:
        path = self._manifest(kind, key)
        if stamp(path) is None:
            return None
        mark = stamp(path), stamp(path.with_suffix(".findings"))
        before, stored = self._read.get(path, (None, None))
        if before != mark or stored is None or not _is_whole(stored):
            stored = self._check(kind, key)
            self._read[path] = (mark, stored)
        return stored

    def left_out(self) -> dict[str, str]:
        """Results that are left out for what their manifest says, by key: why, in words."""
        for kind in KINDS:
            self.all(kind)
        return {path.stem: why for path, why in self._refused.items() if path.exists()}

    def _check(self, kind: str, key: str) -> _Stored | None:
        self._refused.pop(self._manifest(kind, key), None)
        value = read_json(self._manifest(kind, key))
        if value is None or (value.get("key"), value.get("kind")) != (key, kind):
            return None
        try:
            step = str(value["step"])
            if why := refused(kind, step, key, value["details"], value["recipe"]):
                self._refused[self._manifest(kind, key)] = why
                return None
            manifest = Manifest(
                key, kind, value["step"],
                details_of(value["recipe"], kind, step, key, is_recipe=True),
                value["inputs"], value["seed"], value["type"], value["rows"],
                details_of(value["details"], kind, step, key),
            )  # fmt: skip
            if not _is_one(manifest):
                return None
            if manifest.type == "Report":
                return self._checked_report(manifest, value["checksum"])
            parts = self._parts(kind, key, value)
            for file in parts:
                file.check()
            read = Columns(key, parts, is_by_id=bool(value.get("is_by_id")))
            if "parts" in value and len(read) != manifest.rows:
                return None
            inputs, of_set = _inputs(value, read)
        except (TypeError, KeyError, ValueError, OSError):
            return None
        return _Stored(replace(manifest, inputs=inputs, of_set=of_set), parts, read)

    def _checked_report(self, manifest: Manifest, checksum: str) -> _Stored | None:
        data = self._findings(manifest.kind, manifest.key).read_bytes()
        if hashlib.blake2b(data, digest_size=16).hexdigest() != checksum:
            return None
        return _Stored(replace(manifest, inputs=tuple(manifest.inputs)))

    def _parts(self, kind: str, key: str, value: Json) -> tuple[PartFile, ...]:
        if "parts" in value:
            named = [Part.of(one) for one in value["parts"]]
        else:  # a result of before
            named = [Part(f"{key}.parquet", int(value["rows"]), 0, "", str(value["checksum"]))]
        return tuple(PartFile(self._found(kind, part.file), part) for part in named)

    def _found(self, kind: str, file: str) -> Path:
        places = [folder / file for folder in self._folders(kind)]
        return next((place for place in places if place.exists()), places[0])

    def _placed(self, kind: str, key: str, part: Part, data: bytes) -> Part:
        """Write a table, but never over other rows that are whole: a grown one may share them."""
        stored = self._known(kind, key)
        there = self._root / kind / part.file
        if stored is not None and stored.parts and stored.parts[0].part != part and there.exists():
            part = replace(part, file=table_growth.named(data))
        write_bytes(self._root / kind / part.file, data)
        return part

    def _told(self, artifact: Artifact, kind: str, rows: int, details: Json | None) -> Json:
        return {"key": artifact.key, "type": kind, "rows": rows, "details": details or {},
                **artifact.as_json()}  # fmt: skip

    def _findings(self, kind: str, key: str) -> Path:
        return self._root / kind / f"{key}.findings"

    def _manifest(self, kind: str, key: str) -> Path:
        return self._root / kind / f"{key}.json"


def is_key(name: str) -> bool:
    """True for what can be the key of a result."""
    return _KEY.fullmatch(name) is not None


def _is_one(manifest: Manifest) -> bool:
    """Whether a manifest says what it must, each in its own type: it may be somebody else's."""
    return (
        manifest.type == _TYPES.get(manifest.kind, "Vectors")
        and isinstance(manifest.step, str)
        and isinstance(manifest.recipe, dict)
        and isinstance(manifest.recipe.get("options", {}), dict)
        and isinstance(manifest.details, dict)
        and isinstance(manifest.inputs, list)
        and set(map(type, manifest.inputs)) <= {str}
        and type(manifest.rows) is int
        and manifest.rows >= 0
        and (
            manifest.seed is None or (isinstance(manifest.seed, int) and abs(manifest.seed) < 2**64)
        )
    )


def _is_whole(stored: _Stored) -> bool:
    """Whether what was found whole still is, as far as size and date say."""
    try:
        for file in stored.parts:
            file.check()
    except (DamagedPartError, OSError):
        return False
    return True


def _type_of(result: Vectors | Clustering | Predictions | NearestImages) -> str:
    kinds = (Vectors, Clustering, Predictions, NearestImages)
    return next(kind.__name__ for kind in kinds if isinstance(result, kind))


def _is_rising(ids: ImageIds) -> bool:
    return bool((ids.numbers[1:] > ids.numbers[:-1]).all())


def _of_images(artifact: Artifact, ids: ImageIds) -> Json:
    """What a manifest says of the images in its question: all of its rows, but for these."""
    if not isinstance(artifact.inputs, ImageSet):
        return {}
    if len(ids.images - artifact.inputs):
        raise ValueError("a result has images that its question does not name")
    return {"without": list(artifact.inputs - ids.images)}


def _inputs(value: Json, read: Columns) -> tuple[Sequence[str], bool]:
    """What a result was computed from, and whether its question names a set of images."""
    inputs = value["inputs"]
    if "without" in value and len(inputs) == 1 and _SET.fullmatch(inputs[0]):
        without = ImageSet.of([ImageId(image) for image in value["without"]])
        count = int(inputs[0].split()[0])
        return StoredIds(lambda: (read.ids.images | without).numbers, count), True
    return _as_ids(inputs), False


def _as_ids(inputs: Sequence[str]) -> Sequence[str]:
    """Very many ids without a text for each; other inputs as they are."""
    ids = _ids(inputs) if len(inputs) >= _FEW else None
    return tuple(inputs) if ids is None else ids


def _ids(inputs: Sequence[str]) -> ImageIds | None:
    """What a question names, where that is nothing but images."""
    try:
        return ImageIds.of([ImageId(one) for one in inputs])
    except OptionError:
        return None


def _report(data: bytes) -> Report:
    value = json.loads(data)
    if wrong := fault_in(Many(FINDING), "findings", value["findings"]):
        raise ValueError(wrong)
    findings = tuple(Finding(**finding) for finding in value["findings"])
    return Report(findings, value["details"])
