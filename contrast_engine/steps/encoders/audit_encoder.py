"""sensitivity, shortcuts: what an embedding sees, and what it should not follow."""

from collections.abc import Mapping
from dataclasses import asdict

import numpy as np

from contrast_engine.arrays import Floats, Json
from contrast_engine.pace import paced
from contrast_engine.progress import SILENT, Progress
from contrast_engine.results import Finding, Report, Verdict
from contrast_engine.steps.encoders.audit_material import (
    common_images,
    ladder_pictures,
    measured_features,
    under_test,
    vectors_of,
)
from contrast_engine.steps.structure.spaces import FEATURES, space
from contrast_engine.store import Artifact, Workspace
from contrast_engine.vectors import ImageId, Vectors

SENSITIVITY = "sensitivity@3"
SHORTCUTS = "shortcuts@2"


def sensitivity(
    workspace: Workspace, on: str, *, seed: int = 0, progress: Progress = SILENT
) -> str:
    """Test what an embedding sees, unless it is tested already; give the key of the report.

    The details hold `ladders` {scale, haze, s_curve} (mean Spearman on held-out images, by the
    embedding's own score or by an axis fitted on other images' ladders: `by`), `invariance`
    {crop, flip, chroma, content} (0 unmoved, 1 as far as another image), `probe` {feature: {r2,
    null}}, `neighbours` {value, chance}, `radar`, `ladder_intervals` {ladder: [low, high]},
    `verdict` ("passes", "at the limit", "does not pass" or "ladders not run"), `same_verdict`
    (how probably other images say the same) and `passes`, null where none was run; and for a score
    of its own `by_brightness` {value, low, high, verdict}: how far brightness moves it at the same
    contrast, as a share of what half the contrast does. One that follows brightness does not pass.

    Args:
        workspace: Where all of it is.
        on: "features", or the key of an embedding or of its encoder.
        seed: Draws images, folds and permutations.
        progress: Told after each part.

    Raises:
        NotEnoughData: Fewer than twenty images are measured and embedded.
        UnknownName: There is no such embedding.
    """
    progress = paced(progress, "sensitivity", workspace, "loading the encoder")
    from contrast_engine.validation import sensitivity as test
    from contrast_engine.validation.brightness import by_brightness, of_brightness
    from contrast_engine.validation.ladder_verdict import NOT_RUN, worse

    measured = measured_features(workspace)
    tested = under_test(workspace, on)
    artifact = Artifact("reports", SENSITIVITY, {"on": tested.on},
                        (str(workspace.current(FEATURES)),), seed)  # fmt: skip
    if workspace.has(artifact):
        return artifact.key
    ids = common_images(tested.vectors, measured, seed)
    details: Json = {"on": on, "images": len(ids), "ladders": None, "invariance": None, "by": None,
                     "why_not": tested.why_not, "passes": None, "verdict": NOT_RUN,
                     "by_brightness": None}  # fmt: skip
    found, moved = None, {}
    if tested.embed is not None:
        progress.tick(0, 4, "climbing ladders")
        held_out, others = ladder_pictures(workspace, tested, ids, seed)
        found = test.response(
            tested.embed, list(held_out.values()), list(others.values()),
            has_score=tested.has_score,
        )  # fmt: skip
        contents = _contents(held_out)
        followed = found.followed(contents, seed)
        verdict = followed.verdict
        if tested.has_score:
            share = by_brightness(tested.embed, list(held_out.values()), contents, seed)
            details["by_brightness"] = of_brightness(share)
            verdict = worse(verdict, details["by_brightness"]["verdict"])
        progress.tick(1, 4, "looking for invariance")
        shown = {**held_out, **others}
        contrast = measured.take(tuple(shown)).column("sigma_l")
        moved = test.invariance(tested.embed, list(shown.values()), contrast, seed)
        details |= {"ladders": found.ladders, "by": found.by,
                    "passes": verdict == "passes",
                    "ladder_images": found.images, "fitted_on": found.fitted_on,
                    "ladder_intervals": {n: [i.low, i.high] for n, i in followed.intervals.items()},
                    "ladder_contents": next(iter(followed.intervals.values())).contents,
                    "verdict": verdict, "same_verdict": followed.same,
                    "invariance": moved}  # fmt: skip
    progress.tick(2, 4, "probing")
    values = tested.vectors.take(ids).values
    details["probe"] = test.probe(values, measured.take(ids), seed)
    progress.tick(3, 4, "comparing neighbours")
    features = space(workspace, FEATURES).vectors.take(ids)
    details["neighbours"] = test.neighbour_overlap(values, features.values)
    details["radar"] = test.radar(found, moved, details["probe"])
    workspace.save(artifact, Report(tuple(_ladder_findings(details))), details)
    progress.tick(4, 4, "tested")
    return artifact.key


def shortcuts(workspace: Workspace, on: str, *, seed: int = 0, progress: Progress = SILENT) -> str:
    """Ask whether a score follows contrast, or brightness, size, compression and the like instead.

    The score is the embedding's own; where it has none, what a linear map fitted on other images
    reads of their measured contrast.

    Args:
        workspace: Where all of it is.
        on: "features", or the key of an embedding or of its encoder.
        seed: Draws the images.
        progress: Told at the start and the end.

    Raises:
        NotEnoughData: Fewer than twenty images are measured and embedded.
        UnknownName: There is no such embedding.
    """
    progress = paced(progress, "shortcuts", workspace, "loading the encoder")
    from contrast_engine.validation.shortcuts import CONTRAST, amount, audit

    measured = measured_features(workspace)
    source, vectors = vectors_of(workspace, on)
    artifact = Artifact("reports", SHORTCUTS, {"on": source},
                        (str(workspace.current(FEATURES)),), seed)  # fmt: skip
    if not workspace.has(artifact):
        progress.tick(0, 1, "auditing")
        ids = common_images(vectors, measured, seed)
        features = measured.take(ids)
        contrast = features.select(CONTRAST).values
        score = _score(vectors.take(ids), amount(contrast), seed)
        found = audit(score, contrast, _confounders(workspace, features))
        note = Finding("shortcuts", found.contrast, found.images, f"{found.images:,} images",
                       found.verdict, found.note)  # fmt: skip
        details = {**asdict(found), "on": on}
        workspace.save(artifact, Report((note,)), details)
        progress.tick(1, 1, "audited")
    return artifact.key


def _contents(pictures: Mapping[ImageId, Floats]) -> tuple[str, ...]:
    """What each picture shows: those that are nearly one picture are one content."""
    from contrast_engine.images import LinearImage
    from contrast_engine.validation.contents import contents_of, recognised

    seen = {str(image): recognised(LinearImage(rgb)) for image, rgb in pictures.items()}
    return contents_of(list(seen), [""] * len(seen), seen).of


def _ladder_findings(details: Json) -> list[Finding]:
    from contrast_engine.validation.sensitivity import LADDER_LIMITS

    if details["ladders"] is None:
        return [Finding("sensitivity", None, 0, details["on"], "unknown",
                        f"Ladders not run: {details['why_not']}.")]  # fmt: skip
    return [
        _ladder_finding(name, value, LADDER_LIMITS[name], details)
        for name, value in details["ladders"].items()
    ] + _brightness_findings(details)


def _brightness_findings(details: Json) -> list[Finding]:
    """Whether the score stays put where only brightness changes; none without a score."""
    from contrast_engine.validation.brightness import words

    found = details["by_brightness"]
    if found is None:
        return []
    verdicts: dict[str, Verdict] = {"passes": "pass", "at the limit": "warn"}
    verdict = verdicts.get(found["verdict"], "fail")
    return [Finding(
        "sensitivity", found["value"], details["ladder_images"],
        "brightness at the same contrast, over half the contrast", verdict, words(found),
        found["low"], found["high"], null=0.0, better="",
        next="" if verdict == "pass" else "Train it for more epochs, or on more images.",
    )]  # fmt: skip


def _ladder_finding(name: str, value: float, limit: float, details: Json) -> Finding:
    from contrast_engine.validation.intervals import LEAST, Interval
    from contrast_engine.validation.ladder_verdict import one_side

    low, high = details["ladder_intervals"][name]
    contents = details["ladder_contents"]
    side = one_side(Interval(value, low, high, contents), limit)
    verdict: Verdict = "pass" if side == "passes" else "warn" if side == "at the limit" else "fail"
    more = "" if verdict != "warn" else " It is at the limit: more images would tell."
    return Finding(
        "sensitivity", value, details["ladder_images"], f"{name} ladder, by {details['by']}",
        verdict, f"Follows {name.replace('_', '-')} ladders of held-out images at {value:.2f} "
        f"({low:.2f} to {high:.2f}); {limit:.2f} is needed.{more}", low, high,
        next=f"At least {LEAST} held-out images are needed." if contents < LEAST else "",
    )  # fmt: skip


def _score(vectors: Vectors, contrast: Floats, seed: int) -> Floats:
    """The embedding's own score, or what folds it was not fitted on read of contrast."""
    from contrast_engine.validation.sensitivity import read_out

    if "score" in vectors.columns:
        return vectors.column("score")
    return read_out(vectors.values, contrast, seed)


def _confounders(workspace: Workspace, features: Vectors) -> dict[str, Floats]:
    """What a contrast score must not follow, for the same images."""
    facts = [workspace.images.facts(image) for image in features.ids]
    pixels = np.array([max(fact.width * fact.height, 1) for fact in facts], dtype=np.float64)
    stored = np.array([fact.bytes for fact in facts], dtype=np.float64)
    return {
        "brightness": features.column("mean_y"),
        "size": pixels,
        "compression": stored / pixels,
        "sharpness": features.column("sharpness"),
        "noise": features.column("noise_sigma"),
        "saturation": features.column("chroma_mean"),
    }
