"""downstream: whether features, labels or an embedding help to predict a later result."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from contrast_engine.arrays import Floats, Ints, Json
from contrast_engine.errors import NotEnoughData
from contrast_engine.pace import paced
from contrast_engine.progress import SILENT, Progress, in_parts
from contrast_engine.pseudo_labels.leaks import groups_hash
from contrast_engine.results import Finding, Report
from contrast_engine.steps.evidence.outcome_file import NUMBER, Outcomes, read_outcomes
from contrast_engine.steps.evidence.outcome_sources import Sources, sources
from contrast_engine.steps.models.label_pipeline import same_pictures_among
from contrast_engine.store import Artifact, Manifest, Workspace
from contrast_engine.store.atomic_files import json_text
from contrast_engine.validation.downstream import LEAST, LEAST_OF_KIND, judge, sentence
from contrast_engine.validation.outcome_gain import (
    BASELINE,
    Explained,
    Gain,
    corrected,
    gains,
    normal_scores,
)
from contrast_engine.validation.unseen import Target
from contrast_engine.vectors import ImageId

STEP = "downstream@1"

HEAVY_TAIL = 5.0
"""Excess kurtosis from which a few images would be all of the variation: ranks are predicted."""


@dataclass(frozen=True)
class DownstreamReport:
    """What helps to predict one outcome, and what does not.

    Args:
        key: Key of the report.
        column: The outcome.
        kind: "number", "binary" or "categories".
        unit: What gains and models are measured in.
        how: How the kind was found out, in words.
        images: Images with an outcome and features that it rests on.
        pictures: Different pictures among them.
        counts: What became of rows and images, in numbers.
        left_out: What could not be asked about, and why.
        words: The comparisons with p corrected, in words, and what was left out.
        models: How well each model predicts images it has not seen.
        gains: The comparisons.
        findings: What `contrast validate` shows of it.
        seed: It was drawn with.
        read_as: How the file was read.
    """

    key: str
    column: str
    kind: str
    unit: str
    how: str
    images: int
    pictures: int
    counts: Json
    left_out: dict[str, str]
    words: tuple[str, ...]
    models: tuple[Explained, ...]
    gains: tuple[Gain, ...]
    findings: tuple[Finding, ...]
    seed: int
    read_as: str
    made_of: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, made: Manifest, report: Report) -> "DownstreamReport":
        """The report as it is stored."""
        known = dict(made.details)
        known["models"] = tuple(Explained(**one) for one in known["models"])
        known["gains"] = tuple(Gain(**one) for one in known["gains"])
        known["words"] = tuple(known["words"])
        return cls(key=made.key, findings=report.findings, **known)


def downstream(
    workspace: Workspace,
    outcomes: str | Path,
    *,
    column: str | None = None,
    kind: str | None = None,
    on: str | None = None,
    seed: int = 0,
    progress: Progress = SILENT,
) -> DownstreamReport:
    """Whether contrast features, labels or an embedding help to predict a later result.

    Args:
        workspace: Where the images are measured.
        outcomes: A table with the path or id of each image and a column of results.
        column: Which column, where there are several.
        kind: "number", "binary" or "categories"; found out where not given.
        on: Key of an embedding or encoder to ask about too; the newest embedding, if any, where
            not given.
        seed: Deals folds, draws permutations and resamples.
        progress: Told before each model.

    Raises:
        NotEnoughData: Nothing is measured, or too few different pictures have an outcome, or all
            have the same one.
        CollectionError: The table cannot be used.
        OptionError: The kind does not fit.
        UnknownName: There is no such embedding.
    """
    progress = paced(progress, "downstream", workspace, "reading the outcomes")
    read = read_outcomes(workspace, outcomes, column, kind)
    known = sources(workspace, set(read.of), on, seed)
    ids, used = _usable(workspace, read, known)
    alike = same_pictures_among(workspace, ids)
    recipe: Json = {"column": read.column, "kind": read.kind, "outcomes": _digest(read)}
    inputs = (*known.keys, *([groups_hash(alike)] if alike else []))
    artifact = Artifact("reports", STEP, recipe, inputs, seed)
    if workspace.has(artifact):  # asked again, it is the newest again
        details, report = workspace.manifest(artifact.key).details, workspace.load(artifact.key)
    else:
        details, report = _compared(read, known, ids, used, _pictures(ids, alike), seed, progress)
    workspace.save(artifact, report, details)
    return DownstreamReport.of(workspace.manifest(artifact.key), report)


def asked_outcomes(workspace: Workspace) -> tuple[DownstreamReport, ...]:
    """The newest report on each outcome that was asked about, the newest first."""
    newest: dict[str, Manifest] = {}
    for made in workspace.artifacts("reports"):
        if made.step == STEP:
            newest.setdefault(str(made.details["column"]), made)
    return tuple(DownstreamReport.of(made, workspace.load(made.key)) for made in newest.values())


def findings_of(workspace: Workspace) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """The findings on all outcomes asked about, corrected for their number, and their keys."""
    asked = asked_outcomes(workspace)
    found: list[Finding] = []
    for one in asked:
        if is_current(workspace, one):
            found += [judge(g, one.column, one.unit, len(asked) - 1) for g in _main(one.gains)]
        else:
            found.append(_outdated(one))
    return tuple(found), tuple(one.key for one in asked)


def is_current(workspace: Workspace, report: DownstreamReport) -> bool:
    """Whether a report rests on the features, labels and embedding of now."""
    return all(workspace.current(kind) == key for kind, key in report.made_of.items())


def _outdated(report: DownstreamReport) -> Finding:
    return Finding(
        "downstream", None, 0, report.unit, "unknown",
        f"Whether anything helps to predict {report.column} was asked before images were measured "
        "or labels were learnt anew.", better="",
        next="Run `contrast downstream` with that table again.",
    )  # fmt: skip


def _usable(
    workspace: Workspace, read: Outcomes, known: Sources
) -> tuple[tuple[ImageId, ...], Json]:
    """The images to ask about, and what became of the others, counted."""
    there = [image for image in known.ids if image in read.of]
    sizes: dict[str, int] = {}
    if read.kind != NUMBER:
        for image in there:
            sizes[str(read.of[image])] = sizes.get(str(read.of[image]), 0) + 1
    rare = {name: size for name, size in sizes.items() if size < LEAST_OF_KIND}
    ids = tuple(image for image in there if str(read.of[image]) not in rare)
    every = workspace.images.ids
    counts: Json = {
        **asdict(read.counts), "problems": list(read.counts.problems),
        "not_measured": sum(1 for image in read.of if image not in known.measured),
        "without_outcome": sum(1 for image in every if image not in read.of),
        "not_drawn": known.not_drawn, "rare_kinds": rare,
        "kinds": {name: size for name, size in sorted(sizes.items()) if name not in rare},
    }  # fmt: skip
    different = len({read.of[image] for image in ids})
    if different < 2:
        raise NotEnoughData(_nothing_to_predict(read, ids, counts))
    return ids, counts


def _nothing_to_predict(read: Outcomes, ids: tuple[ImageId, ...], counts: Json) -> str:
    if not ids and not counts["rare_kinds"]:
        return (f"none of the {len(read.of):,} images with {read.column} is measured; measure the "
                "collection first")  # fmt: skip
    if counts["rare_kinds"]:
        rare = ", ".join(f"{size} {name!r}" for name, size in counts["rare_kinds"].items())
        return (f"{read.column} needs two kinds with at least {LEAST_OF_KIND} images each, but "
                f"there are {rare} beside {len(ids):,} others; add outcomes")  # fmt: skip
    return (f"{read.column} is the same for all {len(ids):,} images ({read.of[ids[0]]}), so there "
            "is nothing to predict; give an outcome that differs")  # fmt: skip


def _compared(
    read: Outcomes, known: Sources, ids: tuple[ImageId, ...], counts: Json, pictures: Ints,
    seed: int, progress: Progress,
) -> tuple[Json, Report]:  # fmt: skip
    different = int(pictures.max()) + 1
    if different < LEAST:
        raise NotEnoughData(
            f"an outcome of {LEAST} different pictures is needed, got {different:,} "
            f"({len(ids):,} images with {read.column} and features); add outcomes"
        )
    values, is_ranked = _values(read, ids)
    samples, left_out = _samples(known, ids, pictures)
    models: list[Explained] = []
    found: list[Gain] = []
    parts = in_parts(progress, *(len(names) for _, names in samples))
    for (rows, names), own_part in zip(samples, parts, strict=True):
        kept = [column for column in values[rows].T if np.ptp(column) > 0]
        of = [ids[row] for row in rows]
        _, own = np.unique(pictures[rows], return_inverse=True)
        if len(kept) < min(2, values.shape[1]):
            left_out |= dict.fromkeys(names, f"{read.column} is the same for all its images")
            continue
        target = Target(np.column_stack(kept), own, read.kind == NUMBER)
        asked = {name: known.blocks(name, of) for name in names}
        one = gains(target, asked, known.baseline(of), seed=seed, progress=own_part)
        models += one.models
        found += one.gains
    after, unit = corrected(found), _unit(read, is_ranked)
    words = [f"{sentence(g, read.column)} (n = {g.n:,}, {g.pictures:,} pictures)" for g in after]
    words += [f"{name} cannot be judged: {why}" for name, why in left_out.items()]
    words += known.notes
    findings = tuple(judge(g, read.column, unit) for g in _main(after))
    details: Json = {
        "column": read.column, "kind": read.kind, "unit": unit, "how": read.how,
        "images": len(ids), "pictures": different, "counts": counts, "left_out": left_out,
        "words": words, "models": [asdict(m) for m in models],
        "gains": [asdict(g) for g in after], "seed": seed, "read_as": read.read_as,
        "made_of": known.made_of,
    }  # fmt: skip
    return details, Report(findings)


def _main(found: tuple[Gain, ...]) -> tuple[Gain, ...]:
    """The comparisons that answer the question: with and without, beside brightness and bytes."""
    return tuple(g for g in found if g.against == BASELINE and g.model != g.source)


def _samples(
    known: Sources, ids: tuple[ImageId, ...], pictures: Ints
) -> tuple[list[tuple[Ints, list[str]]], dict[str, str]]:
    """Sources that know the same images together, and those that know too few of them."""
    samples: dict[bytes, tuple[Ints, list[str]]] = {}
    left_out = dict(known.left_out)
    for name in known.names:
        rows = np.array([r for r, image in enumerate(ids) if image in known.of(name)], np.int64)
        different = len(np.unique(pictures[rows]))
        if different < LEAST:
            left_out[name] = f"{different:,} pictures have it and an outcome, {LEAST} are needed"
        else:
            samples.setdefault(rows.tobytes(), (rows, []))[1].append(name)
    return list(samples.values()), left_out


def _values(read: Outcomes, ids: tuple[ImageId, ...]) -> tuple[Floats, bool]:
    """(n, k) the outcome as models are given it, and whether its ranks stand for it."""
    if read.kind != NUMBER:
        kinds = sorted({str(read.of[image]) for image in ids})
        one = np.array([[read.of[image] == kind for kind in kinds] for image in ids])
        return one.astype(np.float64), False
    values = np.array([float(read.of[image]) for image in ids])
    z = (values - values.mean()) / max(float(values.std()), 1e-300)
    if float((z**4).mean()) - 3 > HEAVY_TAIL:
        return normal_scores(values)[:, None], True
    return z[:, None], False


def _unit(read: Outcomes, is_ranked: bool) -> str:
    if read.kind != NUMBER:
        return f"R2, share of the variation of {read.column} explained (Brier skill)"
    of = "the ranks of " if is_ranked else ""
    return f"R2, share of the variation of {of}{read.column} explained"


def _pictures(ids: tuple[ImageId, ...], alike: tuple[tuple[ImageId, ...], ...]) -> Ints:
    """(n,) a number that images of nearly one picture share."""
    first: Mapping[ImageId, ImageId] = {image: group[0] for group in alike for image in group}
    _, numbers = np.unique([first.get(image, image) for image in ids], return_inverse=True)
    return numbers.astype(np.int64)


def _digest(read: Outcomes) -> str:
    text = json_text({"of": sorted(read.of.items()), "counts": asdict(read.counts)})
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
