"""How far scores of complexity follow people: rows for a table, a figure, and what is compared."""

from typing import TYPE_CHECKING

from contrast_engine.arrays import Json
from contrast_engine.complexity.judging import in_words
from contrast_engine.complexity.with_scores import FOLDS, REPEATS
from contrast_engine.figures.complexity import agreements

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

EVERYTHING = "all groups"
WITHOUT, WITH, BASELINE = "without labels", "with scores", "baseline"


def groups(details: Json) -> list[str]:
    """What agreements can be shown of: all groups together, then each where there are several."""
    return [EVERYTHING, *(details["per_group"] if len(details["per_group"]) > 1 else ())]


def rows(details: Json, group: str = EVERYTHING) -> list[Json]:
    """One row a score or baseline: label-free, with scores, baselines, the best of each first.

    Args:
        details: Of a report on human scores.
        group: Of `groups`.
    """
    alone = details["label_free"]
    free = details.get("label_free_scores") or {alone["score"]: alone}
    names = {WITHOUT: free, WITH: details["models"], BASELINE: details["baselines"]}
    whole = {**free, **details["models"], **details["baselines"]}
    found = []
    for kind, members in names.items():
        of_kind = [
            {"title": _title(name), "kind": kind,
             **(whole[name] if group == EVERYTHING else details["per_group"][group][name])}
            for name in members
        ]  # fmt: skip
        found += sorted(of_kind, key=lambda row: -(row["srcc"] or 0.0))
    return found


def table(found: list[Json]) -> list[Json]:
    """The same rows for people: names, PCC, SRCC with its interval, and n."""
    return [
        {
            "Score": row["title"],
            "Rests on": row["kind"],
            "PCC": row["pcc"],
            "SRCC": row["srcc"],
            "95% interval": _interval(row),
            "n": row["n"],
        }
        for row in found
    ]


def figure(found: list[Json]) -> "Figure":
    """Figure of the same rows."""
    return agreements(found)


def differences(details: Json) -> list[str]:
    """Each paired difference in words: what less what, its interval, and whether it is sure."""
    said = []
    for name, one in details["differences"].items():
        first, _, second = name.partition(" - ")
        low, high = one["low"], one["high"]
        verdict = "better" if low > 0 else "worse" if high < 0 else "not distinguishable"
        said.append(
            f"{_first_capital(_title(first))} less {_title(second)}: "
            f"{_signed(one.get('value'))} in SRCC, 95% paired interval {_signed(low)} to "
            f"{_signed(high)}: {verdict}."
        )
    return said


def compared_words(details: Json) -> str:
    """What was compared: images, groups, folds, and what held out means."""
    n, among = details["label_free"]["n"], len(details["per_group"])
    within = f" within each of {among:,} groups, the mean over groups" if among > 1 else ""
    return (
        f"{n:,} images with a human score; correlations are taken{within}. What rests on scores "
        f"predicts each image by models that were fitted without it: {FOLDS} folds, dealt "
        f"{REPEATS} times. Intervals: 1,000 bootstrap resamples of images, each a content of its "
        "own. Differences to the best naive baseline allow for how many label-free scores there "
        "are (Bonferroni); that baseline was chosen on these images, which flatters it."
    )


def unused_words(details: Json) -> str:
    """Which rows of the table of scores were not used, and why; empty where all were."""
    counts = details.get("scores", {})
    parts = [
        f"{counts[name]:,} {words}"
        for name, words in (
            ("unknown", "name no image of this collection"),
            ("without_score", "have no score"),
            ("repeated", "name an image again"),
            ("not_measured", "are of images that are not measured"),
        )
        if counts.get(name)
    ]
    left = counts.get("groups_left_out", {})
    if left:
        parts.append(f"{sum(left.values()):,} are in groups that are too small")
    return f"Of {counts['rows']:,} rows, {', '.join(parts)}." if parts else ""


def _title(name: str) -> str:
    is_ridge = name.startswith("ridge_")
    if name == "parts":
        return "label-free score (parts)"
    if name == "ridge_within_groups":
        return "ridge for each group alone"
    said = in_words(name.removeprefix("ridge_"))
    return f"ridge on {said}" if is_ridge else said


def _interval(row: Json) -> str:
    return "" if row["low"] is None else f"{_signed(row['low'])} to {_signed(row['high'])}"


def _signed(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}".replace("-", "\N{MINUS SIGN}")


def _first_capital(text: str) -> str:
    return text[:1].upper() + text[1:]
