"""Results on disk, each named by the question it answers; the manifest is written last."""

import hashlib
import re
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

from contrast_engine.arrays import Json
from contrast_engine.errors import UnknownName
from contrast_engine.results import Clustering, Finding, Predictions, Report
from contrast_engine.store import parquet
from contrast_engine.store.atomic_files import json_text, read_json, stamp, write_bytes, write_json
from contrast_engine.vectors import ImageId, Vectors, present_name

KINDS = (
    "features", "embeddings", "maps", "clusterings", "predictions", "reports", "attributes",
)  # fmt: skip

Result = Vectors | Clustering | Predictions | Report

_KEY = re.compile(r"[0-9a-f]{16}")
_PROBABILITY = "probability:"


@dataclass(frozen=True)
class Artifact:
    """The question a result answers; the same question always has the same key.

    Args:
        kind: The folder it lies in, one of `KINDS`.
        step: Name and version of what computes it, "measure@1".
        recipe: Every option that changes the answer.
        inputs: Keys of what it was computed from, or ids.
        seed: The seed, or None where nothing is random.
    """

    kind: str
    step: str
    recipe: Json = field(default_factory=dict)
    inputs: tuple[str, ...] = ()
    seed: int | None = None

    @property
    def key(self) -> str:
        """16 hex digits naming this question."""
        return hashlib.blake2b(json_text(asdict(self)).encode(), digest_size=8).hexdigest()


@dataclass(frozen=True)
class Manifest:
    """What is known about one stored result: its question, its size, its details."""

    key: str
    kind: str
    step: str
    recipe: Json
    inputs: tuple[str, ...]
    seed: int | None
    type: str
    rows: int
    details: Json


class ArtifactStore:
    """The folders of results of one workspace."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._read: dict[Path, tuple[object, Manifest | None]] = {}
        self._living: WeakValueDictionary[str, Result] = WeakValueDictionary()

    def save(self, artifact: Artifact, result: Result, details: Json | None = None) -> str:
        """Key of a result, which is stored before its manifest.

        Raises:
            WorkspaceError: It could not be written; an older result stays as it was.
        """
        if artifact.kind not in KINDS:
            raise UnknownName(f"no kind of result {artifact.kind!r}; there are: {', '.join(KINDS)}")
        data = _encode(result)
        rows = len(result.findings) if isinstance(result, Report) else len(result)
        manifest = {
            "key": artifact.key,
            "type": type(result).__name__,
            "rows": rows,
            "details": details or {},
            "checksum": _checksum(data),
            **asdict(artifact),
        }
        self._living.pop(artifact.key, None)
        json_text(manifest)  # refuse NaN and foreign objects before anything is written
        write_bytes(self._data(artifact.kind, artifact.key), data)
        write_json(self._manifest(artifact.kind, artifact.key), manifest)
        return artifact.key

    def save_grown(
        self, artifact: Artifact, base: str, more: Result, details: Json | None = None
    ) -> str:
        """Key of a result that is another one with further rows behind its own.

        Args:
            artifact: The question it answers.
            base: Key of the other result, of the same type and with the same columns.
            more: The further rows; images that `base` has are refused.
            details: As `save` takes them.

        Raises:
            UnknownName: There is no whole result `base`.
            WorkspaceError: It could not be written.
        """
        return self.save(artifact, _grown(self.load(base), more), details)

    def has(self, artifact: Artifact) -> bool:
        """True if this question has been answered and the answer is whole."""
        return self._known(artifact.kind, artifact.key) is not None

    def manifest(self, key: str) -> Manifest:
        """What is known about a result.

        Raises:
            UnknownName: There is no whole result of that key.
        """
        if _KEY.fullmatch(key):
            for kind in KINDS:
                known = self._known(kind, key)
                if known is not None:
                    return known
        raise UnknownName(f"no result {key!r} in this workspace; run the step again")

    def load(self, key: str) -> Any:
        """A stored result, of the type it was saved as; one still in use is not read again.

        Raises:
            UnknownName: There is no whole result of that key.
        """
        manifest = self.manifest(key)
        living = self._living.get(key)
        if living is not None:
            return living
        try:
            found = _decode(manifest, self._data(manifest.kind, key).read_bytes())
        except (OSError, ValueError) as error:
            raise UnknownName(f"result {key} is damaged ({error}); run the step again") from error
        if not isinstance(found, Report):  # whose details may be changed by whoever has it
            self._living[key] = found
        return found

    def all(self, kind: str) -> list[Manifest]:
        """The manifests of one kind, newest first."""
        paths = [p for p in (self._root / kind).glob("*.json") if _KEY.fullmatch(p.stem)]
        dated = sorted((-(stamp(p) or (0,))[0], p.stem) for p in paths)
        found = [self._known(kind, key) for _, key in dated]
        return [manifest for manifest in found if manifest is not None]

    def _known(self, kind: str, key: str) -> Manifest | None:
        path = self._manifest(kind, key)
        mark = (stamp(path), stamp(self._data(kind, key)))
        if None in mark:
            return None
        before, manifest = self._read.get(path, (None, None))
        if before != mark:
            manifest = self._check(kind, key)
            self._read[path] = (mark, manifest)
        return manifest

    def _check(self, kind: str, key: str) -> Manifest | None:
        value = read_json(self._manifest(kind, key))
        try:
            data = self._data(kind, key).read_bytes()
        except OSError:
            return None
        if value is None or value.get("checksum") != _checksum(data):
            return None
        try:
            manifest = Manifest(
                **{k: v for k, v in value.items() if k not in {"checksum", "inputs"}},
                inputs=tuple(value["inputs"]),
            )
        except (TypeError, KeyError):
            return None
        return manifest if (manifest.key, manifest.kind) == (key, kind) else None

    def _manifest(self, kind: str, key: str) -> Path:
        return self._root / kind / f"{key}.json"

    def _data(self, kind: str, key: str) -> Path:
        return self._root / kind / f"{key}.{'findings' if kind == 'reports' else 'parquet'}"


def _grown(base: Result, more: Result) -> Result:
    """One result with the rows of two."""
    import numpy as np

    if isinstance(base, Vectors) and isinstance(more, Vectors) and base.columns == more.columns:
        return Vectors(base.ids + more.ids, np.vstack([base.values, more.values]), base.columns)
    if isinstance(base, Clustering) and isinstance(more, Clustering):
        return Clustering(
            base.ids + more.ids,
            np.concatenate([base.cluster, more.cluster]),
            np.concatenate([base.distance, more.distance]),
        )
    if (
        isinstance(base, Predictions)
        and isinstance(more, Predictions)
        and base.labels == more.labels
    ):
        return Predictions(
            base.ids + more.ids,
            base.labels,
            np.vstack([base.probability, more.probability]),
            np.concatenate([base.abstains, more.abstains]),
        )
    raise ValueError("only rows of the same kind and with the same columns can be added")


def is_key(name: str) -> bool:
    """True for what can be the key of a result."""
    return _KEY.fullmatch(name) is not None


def _checksum(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def _encode(result: Result) -> bytes:
    if isinstance(result, Report):
        return json_text(asdict(result)).encode()
    table: dict[str, parquet.Column] = {"id": result.ids}
    if isinstance(result, Vectors):
        # numbered, so that a feature called "id" could not hide the ids
        table |= {f"{i}:{name}": result.column(name) for i, name in enumerate(result.columns)}
    elif isinstance(result, Clustering):
        table |= {"cluster": result.cluster, "distance": result.distance}
    else:
        table["abstains"] = result.abstains.view("u1")
        for i, label in enumerate(result.labels):
            table[f"{_PROBABILITY}{label}"] = result.probability[:, i]
    return parquet.encode(table)


def _decode(manifest: Manifest, data: bytes) -> Result:
    import json

    import numpy as np

    if manifest.type == "Report":
        value = json.loads(data)
        findings = tuple(Finding(**finding) for finding in value["findings"])
        return Report(findings, value["details"])
    table, _ = parquet.decode(data)
    ids = tuple(ImageId(image) for image in table.pop("id"))
    if manifest.type == "Clustering":
        return Clustering(ids, table["cluster"], table["distance"])
    if manifest.type == "Predictions":
        abstains = table.pop("abstains").astype(np.bool_)
        labels = tuple(name.removeprefix(_PROBABILITY) for name in table)
        return Predictions(ids, labels, np.column_stack(list(table.values())), abstains)
    names = tuple(name.partition(":")[2] for name in table)
    if (
        manifest.kind == "features"
    ):  # a table of before; columns of other kinds are not ours to name
        names = tuple(map(present_name, names))
    values = np.column_stack(list(table.values())) if table else np.zeros((len(ids), 0))
    return Vectors(ids, values, names)
