"""A model as one JSON document and named arrays: nothing in it names a file or an image."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

import numpy as np

from contrast_engine.arrays import Json
from contrast_engine.errors import ModelError
from contrast_engine.placing import Placer, SpacePart
from contrast_engine.predict.model import NearestCluster, PredictionModel, TierModel
from contrast_engine.predict.model_file.safe_tensors import Array, Arrays, Contents
from contrast_engine.pseudo_labels import classifiers
from contrast_engine.scaling import QuantileScaling
from contrast_engine.store.atomic_files import json_text
from contrast_engine.zero_shot.own_network import OwnNetwork

FORMAT = 1
"""Version of the document; a higher one is refused."""


def contents_of(model: PredictionModel) -> Contents:
    """Everything a model is made of; what several tiers share stands in it once."""
    parts = _Parts()
    arrays: Arrays = {}
    tiers = {name: _tier(tier, parts, arrays) for name, tier in sorted(model.tiers.items())}
    document = {
        "format": FORMAT,
        "key": model.key,
        "classes": list(model.classes),
        "is_ordered": model.is_ordered,
        "feature_version": model.feature_version,
        # how many pixels may be decoded is for the machine to say that the model runs on
        "reading": {k: v for k, v in model.reading.as_json().items() if k != "max_pixels"},
        "tiers": tiers,
        "same": dict(model.same),
        "cascade": asdict(model.cascade) if model.cascade else None,
        "clusters": _clusters(model.clusters, parts, arrays),
        "reference": _reference(model, parts, arrays),
        "card": model.card,
    }
    return Contents({**document, "parts": parts.documents}, {**arrays, **parts.arrays})


@dataclass
class _Parts:
    """The parts of spaces, each kept once whatever the number of tiers that use it."""

    documents: dict[str, Json] = field(default_factory=dict)
    arrays: Arrays = field(default_factory=dict)
    _known: dict[str, str] = field(default_factory=dict)

    def space(self, placer: Placer) -> Json:
        return {"key": placer.key, "parts": [self.add(part) for part in placer.parts]}

    def add(self, part: SpacePart) -> str:
        document, arrays = _part(part)
        digest = _digest(document, arrays)
        if digest not in self._known:
            name = f"part{len(self._known)}"
            self._known[digest] = name
            self.documents[name] = document
            self.arrays |= {f"{name}.{what}": array for what, array in arrays.items()}
        return self._known[digest]


def _part(part: SpacePart) -> tuple[Json, Arrays]:
    scaling = part.scaling
    arrays = {n: a for n, a in scaling.arrays().items() if n not in ("columns", "n")}
    if "spread" in arrays:  # a constant column has an infinite one, which no file may hold
        arrays["spread"] = np.where(np.isinf(arrays["spread"]), 0.0, arrays["spread"])
    document: Json = {
        "scaling": "quantile" if isinstance(scaling, QuantileScaling) else "standardising",
        "columns": list(scaling.columns),
        "n": scaling.n,
        "encoder": None,
    }
    if part.encoder is not None:
        if isinstance(part.encoder, OwnNetwork):
            raise ModelError(
                f"the model looks at pictures through {part.encoder.name}, a network that was "
                "brought along, which a model file does not hold; predict from the workspace, or "
                "bundle a model on features or on an encoder trained here"
            )
        document["encoder"] = {
            "name": part.encoder.name,
            "options": part.encoder.recipe.as_json(),
        }
        arrays |= {f"encoder.{n}": a for n, a in part.encoder.arrays().items()}
    return document, arrays


def _tier(tier: TierModel, parts: _Parts, arrays: Arrays) -> Json:
    fitted = tier.model.arrays()
    arrays |= {f"tier.{tier.name}.model.{name}": array for name, array in fitted.items()}
    arrays[f"tier.{tier.name}.labelled"] = tier.labelled
    return {
        "size": tier.size,
        "space": parts.space(tier.placer),
        "method": tier.method,
        **classifiers.made_by(tier.method),
        "rule": dict(tier.rule),
        "limit": tier.limit,
        "clusters": _clusters(tier.clusters, parts, arrays, f"tier.{tier.name}.clusters"),
    }


def _clusters(
    clusters: NearestCluster | None, parts: _Parts, arrays: Arrays, prefix: str = "clusters"
) -> Json | None:
    if clusters is None:
        return None
    arrays[f"{prefix}.ids"] = np.asarray(clusters.clusters, np.int64)
    arrays[f"{prefix}.centres"] = clusters.centres
    names = {str(number): name for number, name in sorted(clusters.names.items())}
    return {"space": parts.space(clusters.placer), "names": names}


def _reference(model: PredictionModel, parts: _Parts, arrays: Arrays) -> Json | None:
    if model.reference is None or model.scale is None:
        return None
    arrays["reference.values"] = model.reference.values.astype(np.float32)
    return {"scale": parts.add(SpacePart(model.scale))}


def _digest(document: Json, arrays: Mapping[str, Array]) -> str:
    found = hashlib.blake2b(json_text(document).encode())
    for name in sorted(arrays):
        array = np.asarray(arrays[name], order="C")
        found.update(f"{name} {array.dtype} {array.shape}".encode())
        found.update(array.tobytes())
    return found.hexdigest()
