"""Trained encoders as a page shows them: which there are, how they ended, what the test says."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from contrast_engine import figures
from contrast_engine.arrays import Json
from contrast_engine.encoders import encoders
from contrast_engine.neighbours import nearest
from contrast_engine.options import options_of
from contrast_engine.steps.encoders.train import trainable
from contrast_engine.steps.structure.spaces import FEATURES, space
from contrast_engine.store.training_runs import TrainingRun
from contrast_engine.store.workspace import Workspace
from contrast_engine.validation.brightness import words as brightness_words
from contrast_engine.validation.ladder_verdict import NOT_RUN
from contrast_engine.vectors import ImageId

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

SIX, NEAR = 6, 5
"""How many images are looked up in an embedding, and how many neighbours of each."""

SORTED_BY = "c_rms"
"""The feature along which the looked-up images are spread."""

ENDED = {
    "planned": "all epochs trained",
    "plateau": "stopped by itself: it no longer got better",
    "asked": "stopped by hand",
}

LADDERS = {
    "scale": "Follows less and more contrast",
    "haze": "Follows haze",
    "s_curve": "Follows S-shaped tone curves",
}
MOVED = {
    "crop": "Moved by cropping",
    "flip": "Moved by mirroring",
    "chroma": "Moved by other hues",
    "content": "Moved by what the picture shows",
}
SPOKES = {
    "scale": "Contrast", "haze": "Haze", "s_curve": "S-curves", "crop": "Not cropping",
    "flip": "Not mirroring", "chroma": "Not hues", "content": "Not content",
    "probe": "Features told",
}  # fmt: skip
"""What the radar of a test writes at its spokes, all of them best at the rim."""


@dataclass(frozen=True)
class TrainedEncoder:
    """One trained encoder.

    Args:
        key: Names it.
        title: What kind it is, with the options that differ from their defaults.
        encoder: Its registered name.
        images, epochs, seconds, device: How it was trained.
        ended: Why training ended, in words.
        last: The metrics of its last epoch.
        collapsed: The collapse alarm was on at the end.
        refused: Why it is not to be used, in words; empty where nothing speaks against.
        embedding: Key of the embedding made with it, None while it is not kept.
        is_behind: There are images that the embedding does not have.
    """

    key: str
    title: str
    encoder: str
    images: int
    epochs: int
    seconds: float
    device: str
    ended: str
    last: Json
    collapsed: bool
    refused: str
    embedding: str | None
    is_behind: bool


def trained_encoders(workspace: Workspace) -> tuple[TrainedEncoder, ...]:
    """Every trained encoder of a workspace, newest first."""
    kept = {m.recipe["model"]: m for m in reversed(workspace.artifacts("embeddings"))
            if "model" in m.recipe}  # fmt: skip
    now, found = set(trainable(workspace)), []
    for key, recipe in workspace.models.recipes().items():
        if recipe.get("encoder", "") not in encoders:
            continue
        report = recipe["report"]
        history = TrainingRun(workspace.root, key).history()
        made = kept.get(key)
        found.append(
            TrainedEncoder(
                key=key,
                title=_title(recipe["encoder"], recipe["options"])
                + (", fine-tuned" if "fine_tuned" in recipe else ""),
                encoder=recipe["encoder"],
                images=report["images"],
                epochs=report["epochs"],
                seconds=report["seconds"],
                device=report["device"],
                ended=ENDED.get(report["ended"], report["ended"]),
                last=history[-1] if history else {},
                collapsed=report["collapsed"],
                refused=report.get("refused", ""),
                embedding=made.key if made else None,
                is_behind=bool(made and now - set(made.inputs)),
            )
        )
    return tuple(found)


def comparison(runs: Sequence[TrainedEncoder], tests: dict[str, Json]) -> list[Json]:
    """One row per trained encoder, to compare them.

    Args:
        runs: The encoders.
        tests: Details of the sensitivity test by key of the encoder, where it was made.
    """
    return [
        {
            "Encoder": run.title,
            "Epochs": run.epochs,
            "Seconds": round(run.seconds, 1),
            "Loss": run.last.get("loss"),
            "Held-out loss": run.last.get("val_loss"),
            "Spread": run.last.get("spread"),
            "Effective rank": run.last.get("effective_rank"),
            "Sensitivity": _verdict(tests.get(run.key)),
            "State": _state(run),
        }
        for run in runs
    ]


def spaces(workspace: Workspace) -> dict[str, str]:
    """The spaces that images can be mapped in, by what `on` takes, with their names."""
    found = {FEATURES: "The features"}
    for manifest in workspace.artifacts("embeddings"):
        name = manifest.details.get("name", "embedding")
        words = f"{name[:1].upper()}{name[1:]} ({manifest.key[:6]})"
        found[manifest.key] = words
        found[f"{FEATURES}+{manifest.key}"] = f"{words} and the features"
    return found


def run_words(run: TrainedEncoder) -> str:
    """How an encoder was trained, in one sentence."""
    return (
        f"{run.images:,} images, {run.epochs:,} epochs in {time_words(run.seconds)} on "
        f"{run.device}: {run.ended}."
    )


def sensitivity_of(workspace: Workspace, on: str | None) -> Json | None:
    """The details of the sensitivity test of an embedding, None where there is none.

    Args:
        workspace: Where it would be.
        on: Key of an embedding, "features" for the measured ones, or None.
    """
    if on is None:
        return None
    key = space(workspace, FEATURES).key if on == FEATURES else on
    now = str(workspace.current(FEATURES))
    for manifest in workspace.artifacts("reports"):
        of = manifest.recipe.get("on")
        if manifest.step.startswith("sensitivity@") and of == key and manifest.inputs == (now,):
            return manifest.details
    return None


def sensitivity_rows(details: Json) -> list[Json]:
    """The rows of a sensitivity test: what was asked, the number, the limit, the verdict."""
    from contrast_engine.validation.brightness import LIMIT
    from contrast_engine.validation.sensitivity import LADDER_LIMITS

    rows = []
    for name, value in _in_order(details["ladders"], LADDERS):
        limit = LADDER_LIMITS[name]
        ends = details.get("ladder_intervals", {}).get(name)
        around = "" if ends is None else f" (95 % interval {ends[0]:.2f} to {ends[1]:.2f})"
        side = _ladder(value, ends, limit, details.get("ladder_contents", 0))
        rows.append(_row(LADDERS.get(name, name), value, f"at least {limit:.2f}{around}", side))
    of_light = details.get("by_brightness")
    if of_light and of_light["value"] is not None:
        side = {"passes": "pass", "does not pass": "fail"}.get(
            of_light["verdict"], of_light["verdict"]
        )
        rows.append(_row("Moved by brightness at the same contrast", of_light["value"],
                         f"at most {LIMIT:g} of what half the contrast does, either way",
                         side))  # fmt: skip
    for name, value in _in_order(details["invariance"], MOVED):
        rows.append(_row(MOVED.get(name, name), value, "0 is best, 1 as far as another image", ""))
    read = [part["r2"] for part in details["probe"].values()]
    above = sum(part["r2"] > part["null"] for part in details["probe"].values())
    rows.append(_row("Features it can tell (median R²)", median(read),
                     f"{above} of {len(read)} features above chance", ""))  # fmt: skip
    beside = details["neighbours"]
    rows.append(_row("Neighbours shared with the features", beside["value"],
                     f"{beside['chance']:.2f} by chance", ""))  # fmt: skip
    return rows


def sensitivity_radar(tests: Mapping[str, Json]) -> "Figure":
    """Figure of what sensitivity tests found around one centre: the rim is best.

    Args:
        tests: Details of a test by the title of what was tested, the subject first.
    """
    found = {title: details["radar"] for title, details in tests.items()}
    names = {
        name: words for name, words in SPOKES.items() if any(name in r for r in found.values())
    }
    return figures.radar(found, names=names)


def sensitivity_words(details: Json) -> str:
    """What a sensitivity test found, in one sentence."""
    if details["ladders"] is None:
        return f"Ladders not run: {details['why_not']}."
    of_light = details.get("by_brightness")  # none in a test made before
    if of_light and of_light["verdict"] == "does not pass":
        said = brightness_words(of_light)
        return f"It follows brightness. {said} Do not use it as a score of contrast."
    by = "its own score" if details["by"] == "score" else "the direction in which contrast grows"
    sees = {
        "passes": "It sees contrast: it passes every ladder.",
        "at the limit": "It is at the limit of the ladders: so many images cannot tell whether it "
        "passes; do not rely on it as a score of contrast.",
        "does not pass": "It does not follow every ladder; do not use it as a score of contrast.",
    }[_verdict(details)]
    return (
        f"{sees} Tested by {by} on {details['ladder_images']:,} images it was not trained on "
        "(mean rank correlation with the known strength)."
    )


def looked_up(
    workspace: Workspace, embedding: str
) -> tuple[tuple[ImageId, tuple[tuple[ImageId, str], ...]], ...]:
    """Six fixed images, from least to most contrast, each with its nearest in an embedding."""
    here = space(workspace, embedding).vectors
    measured = workspace.load(str(workspace.current(FEATURES)))
    values = measured.column(SORTED_BY)
    order = sorted((v, i) for v, i in zip(values, measured.ids, strict=True) if i in here.rows)
    if not order:
        return ()
    last = len(order) - 1
    chosen = dict.fromkeys(order[round(k * last / (SIX - 1))][1] for k in range(SIX))
    return tuple(
        (image, tuple((near, f"{far:.2f}") for near, far in nearest(here, image, NEAR)))
        for image in chosen
    )


def time_words(seconds: float) -> str:
    """A time for reading: "14 s", "3 min", "1.5 h"."""
    if seconds < 90:
        return f"{max(1, math.ceil(seconds))} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _title(name: str, options: Json) -> str:
    """The name of an encoder and, behind a comma, what differs from its quick preset."""
    recipe = encoders.of_result({"encoder": name})
    presets = recipe.presets
    start = {option.name: option.default for option in options_of(recipe)} | presets["quick"]
    preset = "quick"
    if all(options.get(key) == value for key, value in presets["full"].items()):
        start, preset = start | presets["full"], "full"
    changed = [f"{key.replace('_', ' ')} {value}" for key, value in options.items()
               if start.get(key) != value]  # fmt: skip
    return ", ".join([recipe.title.partition(":")[0], preset, *changed])


def _in_order(found: Mapping[str, float] | None, titles: Mapping[str, str]) -> list[
    tuple[str, float]
]:  # fmt: skip
    """Named numbers in the order of their titles, without those that have none."""
    return [(name, found[name]) for name in titles if found and name in found]


def _row(asked: str, value: float, beside: str, verdict: str) -> Json:
    return {"Asked": asked, "Result": value, "Limit": beside, "Verdict": verdict}


def _verdict(details: Json | None) -> str:
    if details is None:
        return "not tested"
    kept = "passes" if details["passes"] else "does not pass"  # of a test made before
    found: str = details.get("verdict", NOT_RUN if details["ladders"] is None else kept)
    return found


def _ladder(value: float, ends: Sequence[float] | None, limit: float, contents: int) -> str:
    from contrast_engine.validation.intervals import Interval
    from contrast_engine.validation.ladder_verdict import one_side

    if ends is None:  # a test made before had no intervals
        return "pass" if value >= limit else "fail"
    side = one_side(Interval(value, ends[0], ends[1], contents), limit)
    return {"passes": "pass", "does not pass": "fail"}.get(side, side)


def _state(run: TrainedEncoder) -> str:
    if run.collapsed:
        return "collapsed, yet kept" if run.embedding else "collapsed"
    if run.refused:
        return "refused, yet kept" if run.embedding else "refused"
    return "kept" if run.embedding else "not kept"
