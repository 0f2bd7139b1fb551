"""What maps and clusterings say: how faithful, how separate, what is typical, what was placed."""

from contrast_engine.said.shape import (
    COUNT,
    NUMBER,
    TEXT,
    WHOLE,
    YES_NO,
    Each,
    Fault,
    Many,
    Maybe,
    Shape,
    exactly,
    record,
)

KEPT = record("value", "n", value=NUMBER, n=COUNT, n_neighbors=COUNT)
PLACED: dict[str, Shape] = {
    "fitted": COUNT, "fitted_on": COUNT, "placed": COUNT, "placed_by": TEXT, "n_far": COUNT,
    "far": Many(TEXT),
}  # fmt: skip
SEPARATION = exactly(value=NUMBER, null_mean=NUMBER, null_sd=NUMBER, z=NUMBER, n=COUNT, draws=COUNT)
GAPS = record(
    groups=Many(Many(WHOLE)), is_across=YES_NO, chance=NUMBER, valley=NUMBER, power=Maybe(NUMBER),
    prediction_strength=NUMBER, n=COUNT, total=COUNT,
)  # fmt: skip

MAP = record(
    **PLACED, space=TEXT, on=TEXT, trustworthiness=KEPT, continuity=KEPT,
    explained=Many(NUMBER), participation_ratio=NUMBER, axes=Many(TEXT),
    ends=Maybe(Many(Many(TEXT, 2))), loadings=Many(Each(NUMBER)), measures=Many(Many(TEXT, 2), 2),
    left_out=COUNT,
)  # fmt: skip

DIFFERENCE = record(
    "feature", "effect", "low", "high", feature=TEXT, effect=NUMBER, low=NUMBER, high=NUMBER
)
INTERVAL = record("value", "low", "high", value=NUMBER, low=NUMBER, high=NUMBER)

_HOW = record(
    fitted_on=COUNT, restarts=COUNT, is_exact=YES_NO, unassigned=COUNT, leaves=COUNT, note=TEXT
)


def _method(value: object) -> Fault | None:
    """How the method went; its name alone in clusterings of before."""
    return None if TEXT(value) is None else _HOW(value)


CLUSTERING = record(
    **PLACED, space=TEXT, on=TEXT, silhouette=SEPARATION, davies_bouldin=SEPARATION,
    gaps=Maybe(GAPS), reading=TEXT, is_grouped=YES_NO, verdict=TEXT, assigned=NUMBER,
    summary=Each(TEXT), differences=Each(Many(DIFFERENCE)), representatives=Each(Many(TEXT)),
    method=_method, stability=Maybe(Each(Maybe(INTERVAL))),
    identity=Maybe(record(
        follows=TEXT, kept=Many(WHOLE), new=Many(WHOLE), retired=Many(WHOLE), next_id=COUNT
    )),
)  # fmt: skip

CHOSEN_K = record(
    recommended_k=COUNT, verdict=TEXT, reading=TEXT, reason=TEXT, n=COUNT, total=COUNT, space=TEXT,
    on=TEXT, method=TEXT, uniform=Maybe(SEPARATION),
    curve=Many(record(
        "k", k=COUNT, stability=NUMBER, stability_low=NUMBER, stability_high=NUMBER,
        jaccard=Many(NUMBER), silhouette=NUMBER, null_mean=NUMBER, null_sd=NUMBER, z=NUMBER,
        davies_bouldin=SEPARATION, calinski_harabasz=SEPARATION, gaps=Maybe(GAPS),
    )),
)  # fmt: skip
