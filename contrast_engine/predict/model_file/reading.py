"""A model out of the document and arrays of a file, of which nothing is believed unchecked."""

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np

from contrast_engine.arrays import Floats, Ints, Json
from contrast_engine.errors import ContrastError, ModelError, UnknownName
from contrast_engine.features import FEATURE_VERSION, features
from contrast_engine.images import LinearImage, ReadingOptions
from contrast_engine.placing import Placer, SpacePart
from contrast_engine.predict.model import (
    FULL,
    TIERS,
    Cascade,
    NearestCluster,
    PredictionModel,
    TierModel,
)
from contrast_engine.predict.model_file.safe_tensors import DAMAGED, Array, Arrays, Contents
from contrast_engine.predict.model_file.writing import FORMAT
from contrast_engine.predict.reference import row_names
from contrast_engine.pseudo_labels import Abstaining, classifiers
from contrast_engine.pseudo_labels.calibration import Sets
from contrast_engine.pseudo_labels.promise import Promise
from contrast_engine.scaling import QuantileScaling, Standardising
from contrast_engine.store.label_types import label_name
from contrast_engine.vectors import Vectors

if TYPE_CHECKING:
    from contrast_engine.encoders.model import EncoderModel

MOST_CLASSES = 1_000
MOST_COLUMNS = 4_096
MOST_PIXELS_OF_SIDE = 4_096
LONGEST_TEXT = 300

_LARGEST = 1e15
"""No fitted number is larger; sums of such numbers stay finite."""

_SMALLEST_SPREAD = 1e-12

_WRONG = (
    ArithmeticError, AttributeError, LookupError, MemoryError, OverflowError, RuntimeError,
    TypeError, ValueError,
)  # fmt: skip
"""What arrays of the wrong kind or shape make numpy, a classifier or a network raise."""


def model_of(contents: Contents) -> PredictionModel:
    """The model that a file holds.

    Raises:
        ModelError: It is of another version, lacks something or holds what fits nothing. The
            message goes on where the name of the file stands.
    """
    document, left = contents.document, dict(contents.arrays)
    _check_versions(document)
    with _in_words("does not hold together"):
        classes = _classes(document["classes"])
        parts = {str(name): _part(str(name), said, left)
                 for name, said in sorted(_mapping(document["parts"]).items())}  # fmt: skip
        clusters = _clusters(document["clusters"], parts, left)
        reference, scale = _reference(document["reference"], parts, left)
        tiers = {
            name: _tier(name, said, parts, left, classes, clusters)
            for name, said in _mapping(document["tiers"]).items()
        }
        if FULL not in tiers or left:
            raise ModelError(DAMAGED)
        return PredictionModel(
            key=_text(document["key"]),
            classes=classes,
            is_ordered=_bool(document["is_ordered"]),
            feature_version=FEATURE_VERSION,
            reading=ReadingOptions.of(_reading(document["reading"])),
            tiers={name: tiers[name] for name in TIERS if name in tiers},
            clusters=clusters,
            card=_mapping(document["card"]),
            reference=reference,
            scale=scale,
            same=_same(document["same"], tiers),
            cascade=_cascade(document["cascade"], tiers),
        )


@contextmanager
def _in_words(what: str) -> Iterator[None]:
    try:
        with np.errstate(all="ignore"):
            yield
    except ModelError:
        raise
    except ModuleNotFoundError as error:
        raise ModelError(
            f"needs {error.name}, which is not installed; install it with: "
            "pip install 'contrast-engine[train]'"
        ) from None
    except UnknownName as error:
        raise ModelError(f"needs something that this version does not have: {error}") from None
    except (ContrastError, *_WRONG) as error:
        raise ModelError(f"{what} ({_first_line(error)}); bundle it again") from None


def _check_versions(document: Json) -> None:
    version, measured = document.get("format"), document.get("feature_version")
    if type(version) is not int or type(measured) is not int or version < 1:
        raise ModelError(DAMAGED)
    if version > FORMAT:
        raise ModelError(
            f"was written by a newer version (format {version}, this one reads {FORMAT}); update "
            "contrast-engine, or bundle it with this version"
        )
    if measured != FEATURE_VERSION:
        raise ModelError(
            f"was trained on features of version {measured}, and this version measures version "
            f"{FEATURE_VERSION}, which cannot be compared; measure and learn again with this "
            "version and bundle it again, or score with the version it was made by"
        )


def _part(name: str, said: Any, left: Arrays) -> SpacePart:
    said = _mapping(said)
    columns = tuple(_text(column) for column in _list(said["columns"], MOST_COLUMNS))
    if not columns or len(set(columns)) != len(columns):
        raise ModelError(DAMAGED)
    n = _count(said["n"], 1, 1 << 40)
    scaling: QuantileScaling | Standardising
    if said["scaling"] == "quantile":
        knots, scores = (_floats(left, f"{name}.{what}", 2, len(columns))
                         for what in ("knots", "scores"))  # fmt: skip
        is_rising = knots.shape == scores.shape and bool((np.diff(knots, axis=0) >= 0).all())
        if not is_rising or said["encoder"] is not None or set(columns) - set(features):
            raise ModelError("holds a scale that is none of features; bundle it again")
        return SpacePart(QuantileScaling(columns, knots, scores, n))
    if said["scaling"] != "standardising" or said["encoder"] is None:
        raise ModelError(DAMAGED)
    centre, spread = (_floats(left, f"{name}.{what}", 1, len(columns))
                      for what in ("centre", "spread"))  # fmt: skip
    if not ((spread == 0) | (spread >= _SMALLEST_SPREAD)).all():
        raise ModelError("holds a scale with a spread below 0; bundle it again")
    scaling = Standardising(columns, centre, np.where(spread == 0, np.inf, spread), n)
    encoder = _encoder(_mapping(said["encoder"]), _taken(left, f"{name}.encoder."))
    if encoder.columns != columns:
        raise ModelError("holds an encoder that does not fit its own scale; bundle it again")
    return SpacePart(scaling, encoder)


def _encoder(said: Json, arrays: Arrays) -> "EncoderModel":
    from contrast_engine.encoders.model import EncoderModel

    _check_floats(arrays)
    return EncoderModel.load(_text(said["name"]), _mapping(said["options"]), arrays)


def _placer(said: Any, parts: Mapping[str, SpacePart]) -> Placer:
    said = _mapping(said)
    names = [_text(name) for name in _list(said["parts"], 2)]
    if not names or len(set(names)) != len(names):
        raise ModelError(DAMAGED)
    return Placer(_text(said["key"]), tuple(parts[name] for name in names))


def _tier(
    name: str,
    said: Any,
    parts: Mapping[str, SpacePart],
    left: Arrays,
    classes: tuple[str, ...],
    clusters: NearestCluster | None,
) -> TierModel:
    if name not in TIERS:
        raise ModelError(f"holds a tier {_text(name)!r}; there are: {', '.join(TIERS)}")
    said = _mapping(said)
    placer = _placer(said["space"], parts)
    width = sum(len(part.scaling.columns) for part in placer.parts)
    method = _text(said["method"])
    fitted = _taken(left, f"tier.{name}.model.")
    _check_floats(fitted)
    if any(array.dtype not in (np.float64, np.int64) for array in fitted.values()):
        raise ModelError("holds a classifier of other numbers than any has; bundle it again")
    made_by = {"method": method, "plugin": _text(said.get("plugin", ""))}
    model = classifiers.stored(made_by).load(fitted)
    labelled = _floats(left, f"tier.{name}.labelled", 2, width)
    tier = TierModel(
        name=name,
        size=_count(said["size"], 16, MOST_PIXELS_OF_SIDE),
        placer=placer,
        method=method,
        model=model,
        rule=_rule(said["rule"]),
        limit=_number(said["limit"], 0, _LARGEST),
        labelled=labelled,
        clusters=_clusters(said["clusters"], parts, left, f"tier.{name}.clusters"),
    )
    _try_out(tier, len(classes), clusters)
    return tier


def _same(said: Any, tiers: Mapping[str, TierModel]) -> dict[str, str]:
    same = {_text(name): _text(other) for name, other in _mapping(said).items()}
    if set(same) - set(TIERS) or set(same) & set(tiers) or set(same.values()) - set(tiers):
        raise ModelError(DAMAGED)
    return same


def _cascade(said: Any, tiers: Mapping[str, TierModel]) -> Cascade | None:
    if said is None:
        return None
    said = _mapping(said)
    if {said["first"], said["then"]} - set(tiers) or set(said) != {"first", "then", "sureness"}:
        raise ModelError(DAMAGED)
    return Cascade(said["first"], said["then"], _number(said["sureness"], 0, 2))


def _try_out(tier: TierModel, k: int, clusters: NearestCluster | None) -> None:
    """Judge a picture and some rows, so that what cannot predict is refused here and not later."""
    row = tier.placer.place(_test_picture()).values
    many = np.concatenate([row, tier.labelled[:2], np.zeros_like(row)])
    clusters = tier.clusters or clusters
    some: Ints | None = None if clusters is None else clusters.clusters[:1]
    for values in (row, many):
        for known in (None, some):
            cluster = None if known is None else np.repeat(known, len(values))
            probability = np.asarray(tier.model.predict_proba(values, cluster))
            fits = probability.shape == (len(values), k) and probability.dtype.kind == "f"
            if not fits or not np.isfinite(probability).all():
                raise ModelError("holds a classifier that gives no probabilities; bundle it again")
            if (probability < 0).any() or not np.allclose(probability.sum(axis=1), 1, atol=1e-6):
                raise ModelError("holds a classifier that gives no probabilities; bundle it again")
            tier.unsure(probability)


def _test_picture() -> LinearImage:
    ramp = np.linspace(0.02, 0.9, 64 * 48, dtype=np.float32).reshape(48, 64)
    return LinearImage(np.stack([ramp, ramp**2, ramp[::-1]], axis=2))


def _rule(said: Any) -> Json:
    """When the model abstains, made once to see whether it can be."""
    rule = _mapping(said)
    makers: dict[str, Callable[[Json], object]] = {
        "promise": lambda given: Promise(**given),
        "sets": lambda given: Sets(**given),
        "abstaining": Abstaining.of,
    }
    if not rule or set(rule) - set(makers):
        raise ModelError(DAMAGED)
    for name, given in rule.items():
        given = _mapping(given)
        for value in given.values():
            if not (value is None or type(value) is bool):
                _number(value, -_LARGEST, _LARGEST)
        makers[name](given)
    if "promise" in rule:
        needed = {f.name for f in fields(Promise)} - {"error"}
        if any(rule["promise"].get(name, 0) is None for name in needed):
            raise ModelError(DAMAGED)
        _number(rule["promise"]["sureness"], 0, 1)
    elif "sets" in rule:
        _number(rule["sets"]["threshold"], 0, 1)
        _bool(rule["sets"]["is_ordered"])
    return rule


def _clusters(
    said: Any, parts: Mapping[str, SpacePart], left: Arrays, prefix: str = "clusters"
) -> NearestCluster | None:
    if said is None:
        return None
    said = _mapping(said)
    placer = _placer(said["space"], parts)
    width = sum(len(part.scaling.columns) for part in placer.parts)
    centres = _floats(left, f"{prefix}.centres", 2, width)
    ids = left.pop(f"{prefix}.ids")
    if ids.dtype != np.int64 or ids.shape != (len(centres),) or (np.diff(ids) <= 0).any():
        raise ModelError(DAMAGED)
    names = {int(number): _text(name) for number, name in _mapping(said["names"]).items()}
    return NearestCluster(placer, ids, centres, names)


def _reference(
    said: Any, parts: Mapping[str, SpacePart], left: Arrays
) -> tuple[Vectors | None, QuantileScaling | None]:
    if said is None:
        return None, None
    scaling = parts[_text(_mapping(said)["scale"])].scaling
    values = left.pop("reference.values")
    if not isinstance(scaling, QuantileScaling) or values.dtype != np.float32:
        raise ModelError(DAMAGED)
    if values.ndim != 2 or values.shape[1] != len(scaling.columns):
        raise ModelError(DAMAGED)
    return Vectors(row_names(len(values)), values.astype(np.float64), scaling.columns), scaling


def _classes(said: Any) -> tuple[str, ...]:
    classes = tuple(_text(label) for label in _list(said, MOST_CLASSES))
    is_fine = all(label_name(label) == label for label in classes)
    if len(classes) < 2 or len(set(classes)) != len(classes) or not is_fine:
        raise ModelError("holds labels that are none, or one of them twice; bundle it again")
    return classes


def _reading(said: Any) -> Json:
    return {name: _text(value) for name, value in _mapping(said).items()}


def _taken(left: Arrays, prefix: str) -> Arrays:
    names = [name for name in left if name.startswith(prefix)]
    return {name.removeprefix(prefix): left.pop(name) for name in names}


def _floats(left: Arrays, name: str, axes: int, width: int) -> Floats:
    """An array of float64 whose last axis has so many columns."""
    array = left.pop(name)
    if array.dtype != np.float64 or array.ndim != axes or array.shape[-1] != width:
        raise ModelError(f"holds {name!r} in a shape that fits nothing; bundle it again")
    _check_floats({name: array})
    return array


def _check_floats(arrays: Mapping[str, Array]) -> None:
    for name, array in arrays.items():
        if array.dtype.kind == "f" and (np.abs(array) > _LARGEST).any():
            raise ModelError(f"holds numbers under {name!r} that are beyond all measure")


def _mapping(given: Any) -> Json:
    if not isinstance(given, dict):
        raise ModelError(DAMAGED)
    return dict(given)


def _list(given: Any, most: int) -> list[Any]:
    if not isinstance(given, list) or len(given) > most:
        raise ModelError(DAMAGED)
    return given


def _text(given: Any) -> str:
    if not isinstance(given, str) or len(given) > LONGEST_TEXT:
        raise ModelError(DAMAGED)
    return given


def _bool(given: Any) -> bool:
    if type(given) is not bool:
        raise ModelError(DAMAGED)
    return given


def _count(given: Any, low: int, high: int) -> int:
    if type(given) is not int or not low <= given <= high:
        raise ModelError(DAMAGED)
    return given


def _number(given: Any, low: float, high: float) -> float:
    if type(given) not in (int, float) or not math.isfinite(given) or not low <= given <= high:
        raise ModelError(DAMAGED)
    return float(given)


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:200] if lines else type(error).__name__
