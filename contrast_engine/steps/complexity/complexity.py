"""complexity: how complex every image is, and how far that follows what people said."""

import hashlib
from collections import Counter
from dataclasses import asdict
from pathlib import Path

import numpy as np

from contrast_engine.arrays import Floats, Json
from contrast_engine.complexity.evaluation import correlation_of
from contrast_engine.complexity.judging import judge
from contrast_engine.complexity.measures import MEASURES_VERSION
from contrast_engine.complexity.ridge import GroupRidge
from contrast_engine.complexity.with_scores import LEAST_IN_GROUP, Scored
from contrast_engine.errors import NotEnoughData
from contrast_engine.pace import paced
from contrast_engine.progress import SILENT, Progress, in_parts
from contrast_engine.results import Finding, Report
from contrast_engine.steps.attributes import keep, kept
from contrast_engine.steps.complexity.material import Material, material, with_entropy
from contrast_engine.steps.complexity.score_file import HumanScores, read_scores
from contrast_engine.store import Artifact, Workspace
from contrast_engine.store.atomic_files import json_text
from contrast_engine.vectors import ImageId, Vectors

STEP = "complexity@1"

SHOWN = ("edge_density", "jpeg_bytes", "subband_entropy", "regions", "colour_clutter")
"""Measures that stand beside the scores as attributes of every image."""

NO_SCORES = "No human scores are given: nothing here says how far the score follows people."

_NOTHING = {
    "srcc": None, "pcc": None, "low": None, "high": None, "pcc_low": None, "pcc_high": None,
}  # fmt: skip


def judge_complexity(
    workspace: Workspace,
    scores: str | Path | None = None,
    *,
    on: str | None = None,
    seed: int = 0,
    progress: Progress = SILENT,
) -> str:
    """Score the complexity of every image; give the key of the report.

    The report's details hold `label_free`, `with_scores`, `baselines`, `models`, `per_group`,
    `differences`, `masked_entropy`, `contrast` (r of complexity with c_rms) and `verdict`. Every
    image gains the attributes `complexity`, some measures and, with scores,
    `complexity_predicted`: that of a scored image is by models that never saw its score.

    Args:
        workspace: Where the images are. They are measured first where they are not.
        scores: A table of scores that people gave: file, score and perhaps group.
        on: Key of an embedding, or of its encoder, to use beside the features; by default the
            newest of a complexity encoder, or none where there is none.
        seed: Deals folds, grows trees, draws resamples.
        progress: Told on the way.

    Raises:
        NotEnoughData: There are no images, or too few with a score.
        CollectionError: The table of scores cannot be used.
        UnknownName: There is no such embedding.
    """
    progress = paced(progress, "complexity", workspace, "looking what is there")
    human = None if scores is None else read_scores(workspace, scores)
    reading, predicting, judging = in_parts(progress, 6, 3, 1)
    known = material(workspace, on, reading)
    question: Json = {"version": MEASURES_VERSION, "on": known.on,
                      "scores": None if human is None else _digest(human)}  # fmt: skip
    report = Artifact("reports", STEP, question, known.keys, seed)
    table = Artifact("attributes", STEP, question, known.keys, seed)
    if workspace.has(report) and kept(workspace, table):
        return report.key
    known = with_entropy(workspace, known, predicting)
    details, predicted = _judged(known, human, seed, judging)
    judging.tick(1, 1, "judged")
    keep(workspace, table, _attributes(known, predicted))
    workspace.save(report, Report((_finding(details),)), {"attributes": table.key, **details})
    return report.key


def _judged(
    known: Material, human: HumanScores | None, seed: int, progress: Progress
) -> tuple[Json, Floats | None]:
    contrast = known.features.column("c_rms")
    details: Json = {
        "images": len(known.ids),
        "on": known.on,
        "note": known.note,
        "masked_entropy": known.masked,
        "contrast": correlation_of(known.label_free, contrast, seed),
        "summary": _summary(known.label_free),
        "seed": seed,
    }
    if human is None:
        empty: Json = {
            "label_free": {**_NOTHING, "n": len(known.ids), "score": "parts"},
            "with_scores": {**_NOTHING, "n": 0}, "baselines": {}, "per_group": {},
            "verdict": NO_SCORES,
        }  # fmt: skip
        return details | empty, None
    ids, scored, left_out = _scored(known, human)
    found = judge(known.inputs(ids), scored, seed, progress)
    predicted = _predicted(known, ids, scored, np.array(found.pop("predicted")))
    details["scores"] = {
        **asdict(human.counts), "problems": list(human.counts.problems), "used": len(ids),
        "not_measured": sum(1 for i in human.score if i not in known.measures.rows),
        "groups": len(scored.names), "grouped_by": human.grouped_by, "read_as": human.read_as,
        "groups_left_out": left_out,
    }  # fmt: skip
    return details | found, predicted


def _scored(
    known: Material, human: HumanScores
) -> tuple[tuple[ImageId, ...], Scored, dict[str, int]]:
    """The images to judge on; groups of too few are left out, and counted."""
    there = [image for image in known.ids if image in human.score]
    sizes = Counter(human.group[image] for image in there)
    left_out = {name: size for name, size in sizes.items() if size < LEAST_IN_GROUP}
    names = sorted(set(sizes) - set(left_out))
    if not names:
        raise NotEnoughData(
            f"scores are compared within groups of at least {LEAST_IN_GROUP} images that are "
            f"measured, and none of the {len(sizes)} groups has so many; add scores or leave out "
            "the column of groups"
        )
    ids = tuple(image for image in there if human.group[image] not in left_out)
    scores = np.array([human.score[image] for image in ids])
    group = np.array([names.index(human.group[image]) for image in ids], np.int64)
    return ids, Scored(scores, group, tuple(name or "all" for name in names)), left_out


def _predicted(
    known: Material, ids: tuple[ImageId, ...], scored: Scored, held_out: Floats
) -> Floats:
    """(n,) predictions for all images: held out where scored, of one model on all elsewhere."""
    blocks = known.inputs(known.ids).blocks
    every = blocks[list(blocks)[-1]]
    rows = known.measures.rows_of(ids)
    model = GroupRidge.fit(every[rows], scored.scores, scored.group)
    found = model.predict(every, np.full(len(every), -1, np.int64))
    found[rows] = held_out
    return found


def _attributes(known: Material, predicted: Floats | None) -> Vectors:
    shown = {"complexity": known.label_free}
    if predicted is not None:
        shown["complexity_predicted"] = predicted
    if known.entropy is not None:
        shown["predicted_entropy"] = known.entropy
    shown |= {name: known.measures.column(name) for name in SHOWN}
    return Vectors(known.ids, np.column_stack(list(shown.values())), tuple(shown))


def _summary(values: Floats) -> Json:
    low, median, high = np.percentile(values, [5, 50, 95])
    return {"p5": float(low), "median": float(median), "p95": float(high)}


def _finding(details: Json) -> Finding:
    free = details["label_free"]
    is_better = any(d["low"] > 0 for name, d in details.get("differences", {}).items()
                    if name.startswith("parts"))  # fmt: skip
    stands = "unknown" if free["srcc"] is None else "pass" if is_better else "fail"
    return Finding("complexity", free["srcc"], free["n"], "label-free score", stands,  # type: ignore[arg-type]
                   details["verdict"], free["low"], free["high"])  # fmt: skip


def _digest(human: HumanScores) -> str:
    rows = sorted((image, score, human.group[image]) for image, score in human.score.items())
    text = json_text({"rows": rows, "counts": asdict(human.counts), "by": human.grouped_by})
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
