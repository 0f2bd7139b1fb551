"""What models and the choice of classifiers say: labels, scores, promise, calibration."""

from collections.abc import Mapping

from contrast_engine.said.shape import (
    COUNT,
    JSON,
    NUMBER,
    TEXT,
    VERSION,
    YES_NO,
    Each,
    Many,
    Maybe,
    Record,
    exactly,
    record,
)
from contrast_engine.said.structure import PLACED

_SCORE = Maybe(NUMBER)
SCORES = record(
    "n", accuracy=_SCORE, accuracy_low=_SCORE, accuracy_high=_SCORE, kappa=_SCORE, kappa_low=_SCORE,
    kappa_high=_SCORE, n=COUNT, chance=NUMBER, answered=_SCORE, answered_accuracy=_SCORE,
    answered_low=_SCORE, answered_high=_SCORE,
)  # fmt: skip
BASELINE = record(
    "name", "accuracy", name=TEXT, accuracy=NUMBER, low=NUMBER, high=NUMBER, kappa=NUMBER,
    feature=TEXT,
)  # fmt: skip
PROMISE = record(
    "error", "high", "n", "words", "drawn", sureness=NUMBER, limit=NUMBER, is_kept=YES_NO,
    answered=_SCORE, error=_SCORE, low=NUMBER, high=NUMBER, n=NUMBER, labels=COUNT, drawn=COUNT,
    optimism=_SCORE, words=TEXT,
)  # fmt: skip


def _has_interval(said: Mapping[str, object]) -> str:
    """A direction that is known has an interval."""
    is_open = said.get("bias_low") is not None and None in (said.get("bias"), said.get("bias_high"))
    return "a calibration whose direction has an interval" if is_open else ""


CALIBRATION = Record(
    {"ece": NUMBER, "bias": _SCORE, "bias_low": _SCORE, "bias_high": _SCORE, "coverage": _SCORE,
     "level": _SCORE, "n": Maybe(COUNT), "refused": TEXT,
     "bins": Many(record(
         "probability", "accuracy", "n", probability=NUMBER, accuracy=NUMBER, n=NUMBER
     ))},
    rule=_has_interval,
)  # fmt: skip
CHOICE = record(
    method=TEXT, reason=TEXT,
    candidates=Many(record(
        "method", "kappa", "low", "high", "gain", "gain_low", "gain_high", method=TEXT,
        kappa=NUMBER, low=NUMBER, high=NUMBER, gain=NUMBER, gain_low=NUMBER, gain_high=NUMBER,
    )),
)  # fmt: skip
POINT = record(
    "labels", "accuracy", "low", "high", labels=COUNT, accuracy=NUMBER, low=NUMBER, high=NUMBER
)

PREDICTIONS = record(
    **PLACED, method=TEXT, choice=Maybe(CHOICE), labels=COUNT, ignored_labels=COUNT,
    classes=Many(TEXT), counts=Each(COUNT), is_ordered=YES_NO, badge=TEXT,
    leaks=Maybe(record(
        "labels", "effective", labels=COUNT, groups=COUNT, effective=NUMBER, words=TEXT
    )),
    cross_validated=SCORES, baselines=Many(BASELINE), coverage=NUMBER, abstained=COUNT,
    promise=PROMISE,
    optimism=Maybe(record(value=_SCORE, low=_SCORE, high=_SCORE, labels=COUNT, rest=COUNT)),
    calibration=CALIBRATION, calibration_note=TEXT, curve=Many(POINT), labels_hash=TEXT,
    settled=Maybe(record("words", "disputed", words=TEXT, disputed=COUNT)), space=TEXT,
    space_key=TEXT, on=TEXT,
)  # fmt: skip

METHOD = record(
    method=TEXT, encoder=TEXT, plugin=TEXT, options=Each(JSON), classes=Many(TEXT),
    is_ordered=YES_NO, asked=TEXT, abstaining=Each(Maybe(NUMBER)), edits=Many(Each(JSON)),
    model=TEXT, file=TEXT, content=TEXT, space=TEXT, on=Maybe(TEXT), column=TEXT, kind=TEXT,
    tables=Many(TEXT), seeds=COUNT, methods=Many(TEXT), feature=TEXT, version=VERSION, size=COUNT,
    checks=Many(TEXT), plugins=Each(TEXT), reading=Each(JSON), features=Many(TEXT),
    scores=Maybe(TEXT),
)  # fmt: skip
"""The recipe of a result: every option that changed the answer."""

_PROMISED = Record(
    {"sureness": NUMBER, "limit": NUMBER, "is_kept": YES_NO, "answered": NUMBER, "error": _SCORE,
     "low": NUMBER, "high": NUMBER, "n": NUMBER, "labels": COUNT, "drawn": COUNT,
     "optimism": _SCORE},
    ("sureness", "limit", "is_kept", "answered", "error", "low", "high", "n"), is_closed=True,
)  # fmt: skip
_SETS = exactly(threshold=NUMBER, is_ordered=YES_NO, level=NUMBER, coverage=NUMBER, n=COUNT)
_REPORT = Record(
    {"key": TEXT, "encoder": TEXT, "device": TEXT, "precision": TEXT, "images": COUNT,
     "epochs": COUNT, "seconds": NUMBER, "images_per_second": NUMBER, "collapsed": YES_NO,
     "ended": TEXT, "refused": TEXT, "fine_tuning": Maybe(Each(JSON))},
    ("images", "epochs", "seconds", "device", "ended", "collapsed"),
)  # fmt: skip
_CARD = record("tiers", "tier_notes", tiers=Many(Each(JSON)), tier_notes=Many(TEXT))
STORED = record(
    step=TEXT, method=TEXT, encoder=TEXT, plugin=TEXT, options=Each(JSON), classes=Many(TEXT),
    is_ordered=YES_NO, abstaining=Maybe(Each(Maybe(NUMBER))), space=TEXT, input=TEXT,
    columns=Many(TEXT), parts=Many(TEXT), limit=NUMBER, promise=Maybe(_PROMISED),
    sets=Maybe(_SETS), reading=Each(JSON), held_out=Many(TEXT), report=_REPORT,
    document=record("card", card=_CARD), arrays=Many(TEXT), name=TEXT, kind=TEXT, frozen=TEXT,
    clustering=TEXT, total=COUNT, folds=COUNT,
    fine_tuned=Maybe(record(
        parent=TEXT, depth=TEXT, epochs=COUNT, labels=COUNT, labels_hash=TEXT, classes=Many(TEXT),
        seen=Each(JSON), folds=COUNT, depths_of_folds=Many(TEXT),
    )),
)  # fmt: skip
"""What is stored beside the numbers of a model."""
