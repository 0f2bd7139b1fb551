"""What embeddings, audits of encoders and curves of label efficiency say."""

from contrast_engine.said.shape import (
    COUNT,
    NUMBER,
    POSITIVE,
    TEXT,
    YES_NO,
    Each,
    Fault,
    Many,
    Maybe,
    one_of,
    record,
)

_MAYBE = Maybe(NUMBER)
VERDICT = one_of("pass", "warn", "fail", "unknown")

_PAIR = Many(NUMBER, 2)
EMBEDDING = record(
    name=TEXT, encoder=TEXT, has_score=YES_NO, columns=Many(TEXT), read_as=TEXT, left_out=Each(TEXT)
)
_COLOURS = Many(NUMBER, 3)
ZERO_SHOT = record(
    name=TEXT, left_out=COUNT,
    network=record(
        "size", "crop", "resize", size=POSITIVE, resize=POSITIVE, crop=TEXT, interpolation=TEXT,
        input=TEXT, output=TEXT, channels=TEXT, layout=TEXT, mean=_COLOURS, std=_COLOURS,
        value_range=_PAIR,
    ),
    texts=Maybe(record(
        "pairs", "logit_scale",
        pairs=Many(record("name", "high", "low", name=TEXT, high=TEXT, low=TEXT)),
        logit_scale=_MAYBE,
    )),
    problems=Many(record("id", "path", "problem", id=TEXT, path=TEXT, problem=TEXT)),
)  # fmt: skip

ATTRIBUTES = record(
    columns=Many(TEXT), images=COUNT, n=COUNT, added=Maybe(record(
        "name", "package", name=TEXT, package=TEXT, unit=TEXT, low=_MAYBE, high=_MAYBE,
        direction=TEXT, summary=TEXT,
    )),
)  # fmt: skip

_READ = Each(record("r2", "null", r2=NUMBER, null=NUMBER))


def _probe(value: object) -> Fault | None:
    """What each feature is read with, of one at least."""
    return ("", "a record of features") if value == {} else _READ(value)


SENSITIVITY = record(
    on=TEXT, images=COUNT, ladders=Maybe(Each(NUMBER)), invariance=Maybe(Each(NUMBER)),
    by=Maybe(TEXT), why_not=Maybe(TEXT), passes=Maybe(YES_NO), verdict=TEXT, ladder_images=COUNT,
    by_brightness=Maybe(record(
        "value", "low", "high", "verdict", value=_MAYBE, low=_MAYBE, high=_MAYBE, verdict=TEXT
    )),
    fitted_on=COUNT, ladder_intervals=Each(_PAIR), ladder_contents=COUNT,
    same_verdict=_MAYBE, probe=_probe,
    neighbours=record("value", "chance", value=NUMBER, chance=NUMBER, neighbours=NUMBER),
    radar=Each(NUMBER),
)  # fmt: skip

SHORTCUTS = record(
    partial=Each(_MAYBE), interval=Each(Maybe(_PAIR)), follows=_MAYBE,
    follows_interval=Maybe(_PAIR), contrast=_MAYBE, contrast_interval=Maybe(_PAIR),
    verdict=VERDICT, note=TEXT, images=COUNT, on=TEXT,
)  # fmt: skip

_SIDE = record(
    "change", images=COUNT, used=COUNT, share_used=NUMBER, by_draw=Many(COUNT, 3),
    against_rule=COUNT, change=Each(Each(NUMBER)),
)  # fmt: skip
_SHOWN = record("change", "used", change=Each(NUMBER), used=YES_NO)
VIEWS = record(
    images=COUNT, collection=COUNT, size=COUNT, kept_within=NUMBER, changed_by=NUMBER,
    positive=_SIDE, negative=_SIDE,
    shown=Many(record(
        "image", "positive", "negative", image=TEXT, positive=_SHOWN, negative=_SHOWN
    )),
)  # fmt: skip

_THREE = Each(Many(NUMBER, 3))
EFFICIENCY = record(
    parent=TEXT,
    points=Many(record(
        "labels", "accuracy", "gain", labels=COUNT, judged=COUNT, accuracy=_THREE, gain=_THREE,
        depths=Many(TEXT),
        best=Maybe(record(
            "way", "over", way=TEXT, over=TEXT, value=NUMBER, low=NUMBER, high=NUMBER
        )),
    )),
)  # fmt: skip
