"""What reports on evidence, on human scores and on the light of images say."""

from collections.abc import Mapping

from contrast_engine.said.encoders import VERDICT
from contrast_engine.said.shape import (
    COUNT,
    NUMBER,
    TEXT,
    WHOLE,
    YES_NO,
    Each,
    Many,
    Maybe,
    Record,
    exactly,
    record,
)

_MAYBE = Maybe(NUMBER)

FINDING = Record(
    {"check": TEXT, "value": _MAYBE, "n": WHOLE, "space": TEXT, "verdict": VERDICT, "note": TEXT,
     "low": _MAYBE, "high": _MAYBE, "null": _MAYBE, "better": TEXT, "next": TEXT},
    ("check", "value", "n", "space", "verdict", "note"), is_closed=True,
)  # fmt: skip
"""One finding of a report."""

VALIDATION = Record({"pass": COUNT, "warn": COUNT, "fail": COUNT, "unknown": COUNT})

CHANGES = record(
    ladders=Maybe(Each(Many(NUMBER))), by=Maybe(TEXT), images=COUNT, fitted_on=COUNT, why_not=TEXT
)

_N = {"n": COUNT, "pictures": COUNT}
DOWNSTREAM = Record(
    {"column": TEXT, "kind": TEXT, "unit": TEXT, "how": TEXT, "images": COUNT, "pictures": COUNT,
     "counts": record(
         rows=COUNT, unknown=COUNT, without=COUNT, unreadable=COUNT, repeated=COUNT,
         differing=COUNT, problems=Many(TEXT), not_measured=COUNT, without_outcome=COUNT,
         not_drawn=COUNT, rare_kinds=Each(COUNT), kinds=Each(COUNT),
     ),
     "left_out": Each(TEXT), "words": Many(TEXT),
     "models": Many(exactly(
         name=TEXT, value=_MAYBE, low=_MAYBE, high=_MAYBE, auc=_MAYBE, **_N
     )),
     "gains": Many(exactly(
         source=TEXT, model=TEXT, against=TEXT, value=_MAYBE, low=_MAYBE, high=_MAYBE, p=_MAYBE,
         p_holm=_MAYBE, **_N,
     )),
     "seed": WHOLE, "read_as": TEXT, "made_of": Each(TEXT)},
    ("column", "kind", "unit", "how", "images", "pictures", "counts", "left_out", "words", "models",
     "gains", "seed", "read_as"), is_closed=True,
)  # fmt: skip

AGREED = record(
    n=COUNT, srcc=_MAYBE, pcc=_MAYBE, low=_MAYBE, high=_MAYBE, value=_MAYBE, score=TEXT, model=TEXT
)
SCORED = Record(AGREED.fields, ("n", "srcc", "pcc", "low", "high"))


def _has_interval(said: Mapping[str, object]) -> str:
    """A correlation that was measured has an interval."""
    is_open = said.get("r") is not None and None in (said.get("low"), said.get("high"))
    return "a correlation with its interval" if is_open else ""


COMPLEXITY = record(
    images=COUNT, on=Maybe(TEXT), note=TEXT, seed=WHOLE, verdict=TEXT, attributes=TEXT,
    masked_entropy=record(r2=_MAYBE, neighbours_r2=_MAYBE),
    contrast=Record(
        {"r": _MAYBE, "low": _MAYBE, "high": _MAYBE, "n": COUNT}, ("r",), rule=_has_interval
    ),
    summary=record("median", "p5", "p95", median=NUMBER, p5=NUMBER, p95=NUMBER),
    label_free=AGREED, label_free_scores=Each(SCORED), with_scores=AGREED,
    models=Each(SCORED), baselines=Each(SCORED),
    differences=Each(record("low", "high", value=_MAYBE, low=NUMBER, high=NUMBER)),
    per_group=Each(Each(record("srcc", "pcc", srcc=_MAYBE, pcc=_MAYBE, n=COUNT))),
    scores=record(
        rows=COUNT, used=COUNT, unknown=COUNT, without_score=COUNT, repeated=COUNT,
        differing=COUNT, not_measured=COUNT, groups=COUNT, groups_left_out=Each(COUNT),
        problems=Many(TEXT), grouped_by=Maybe(TEXT), read_as=TEXT,
    ),
)  # fmt: skip


def _of_one_length(said: Mapping[str, object]) -> str:
    """What judges lights names each image once, in one order."""
    lists = [said.get(name) for name in ("files", "truths", "images")]
    for name in ("errors", "estimates"):
        of_each = said.get(name)
        lists += of_each.values() if isinstance(of_each, dict) else ()
    sizes = {len(one) for one in lists if isinstance(one, list)}
    return "" if len(sizes) < 2 else "lists that are as long as each other"


_DEGREES = ("mean", "low", "high", "median", "trimean", "best25", "worst25", "p95", "max")
_LIGHT = Many(NUMBER, 3)
_MEAN = record("mean", "low", "high", mean=NUMBER, low=NUMBER, high=NUMBER)
_JUDGED = Record(
    {**dict.fromkeys(_DEGREES, NUMBER), "n": COUNT, "reproduction_mean": NUMBER,
     "against_best_statistical": Maybe(_MEAN), "is_learned": YES_NO},
    _DEGREES,
)  # fmt: skip
JUDGED = Record(
    {"methods": Each(_JUDGED), "best": TEXT, "best_statistical": TEXT, "verdict": TEXT, "n": COUNT,
     "n_train": COUNT, "also_in_train": COUNT, "seeds": COUNT, "is_synthetic": YES_NO, "note": TEXT,
     "cameras": Maybe(Each(record(n=COUNT, mean=Each(NUMBER)))), "left_out": Each(TEXT),
     "problems": Many(record("path", "reason", path=TEXT, reason=TEXT)), "files": Many(TEXT),
     "truths": Many(_LIGHT), "estimates": Each(Many(_LIGHT)), "errors": Each(Many(NUMBER)),
     "images": Maybe(Many(Maybe(TEXT)))},
    rule=_of_one_length,
)  # fmt: skip

_TRAINED = {
    **dict.fromkeys(("input", "head", "pretraining"), TEXT),
    **dict.fromkeys(_DEGREES, NUMBER),
}
_PROBLEM = record("path", "reason", path=TEXT, reason=TEXT)
GRID = record(
    n=COUNT, size=COUNT, is_synthetic=YES_NO, verdict=TEXT, problems=Many(_PROBLEM),
    used=record(
        "folds", "seeds", "epochs", "loss", folds=TEXT, seeds=COUNT, epochs=COUNT, loss=TEXT,
        first_seed=WHOLE,
    ),
    rows=Many(Record(_TRAINED, ("input", "head", "pretraining", "mean", "low", "high"))),
    differences=Each(record(
        "mean", "low", "high", "n", "words", n=COUNT, mean=NUMBER, low=NUMBER, high=NUMBER,
        words=TEXT, first=TEXT, second=TEXT,
        within=Many(Record(_TRAINED, ("mean", "low", "high"))),
    )),
)  # fmt: skip
