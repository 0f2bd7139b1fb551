"""One slide of each card of the overview: its message, what shows it, what it rests on."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from contrast_engine.imageset import ImageSet
from contrast_engine.results import Clustering
from contrast_engine.store.collection import file_name
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId
from contrast_engine.views.overview.clusters import Clusters, OverviewCluster
from contrast_engine.views.overview.issues import Issues
from contrast_engine.views.overview.labels import Labels
from contrast_engine.views.overview.profile import Profile, profile
from contrast_engine.views.overview.slide import Bar, Figure, Group, Line, Picture, Slide
from contrast_engine.views.overview.verdicts import Verdicts

TITLES = {
    "contact_sheet": "The images",
    "profile": "Contrast profile",
    "map": "Map",
    "clusters": "Clusters",
    "issues": "Issues",
    "what_if": "What if",
    "labels": "Labels, coverage, expected error",
    "verdicts": "Evidence",
}
"""What each slide that may be left out is about."""

ON_TITLE, PICTURES, GROUPS, BARS, LINES = 6, 5, 4, 6, 6
"""Pictures, groups, features and lines of one slide: what is read from five metres (own choice)."""


def pictures(
    workspace: Workspace, images: Iterable[ImageId], most: int | None = None
) -> tuple[Picture, ...]:
    """Images that are still in the collection, with their file names.

    Args:
        workspace: Where they are.
        images: Which.
        most: How many at most; None for all.
    """
    files = workspace.images
    known = (image for image in images if image in files)
    return tuple(Picture(one, file_name(files.path(one))) for one in islice(known, most))


def profile_slide(found: Profile, name: str, title: str, most: int = BARS) -> Slide:
    """Some images beside what they are held against: the words, and the farthest features.

    Args:
        found: The profile of the images.
        name: Of the slide.
        title: What it is about.
        most: How many features to show.
    """
    head, is_said, rest = found.sentence.partition(": ")
    by_shift = sorted(found.features, key=lambda one: -abs(one.shift.value or 0))
    shown = sorted(by_shift, key=lambda one: not one.is_outside)[:most]
    bars = tuple(bar for one in shown if (bar := _bar(one.title, found, one.name)) is not None)
    foot = f"{rest[:1].upper()}{rest[1:]}" if is_said else ""
    if bars:
        foot += (
            f" Showing {len(bars)} of {len(found.features)} features. Line and dot: middle half "
            "and median, in colour where outside; grey: middle half of the reference. Numbers: "
            "shift in such middle halves, 95% interval (bootstrap)."
        )
    said = f"{head}." if is_said else found.sentence
    return Slide(name=name, title=title, message=said, foot=foot.strip(), bars=bars)


def _bar(title: str, found: Profile, name: str) -> Bar | None:
    one = next(feature for feature in found.features if feature.name == name)
    other, own, width = one.reference, one.own, one.reference.q3 - one.reference.q1
    if width <= 0 or one.shift.value is None:
        return None
    words = f"{one.shift.value:+.1f}"
    if one.shift.low is not None and one.shift.high is not None:
        words += f" ({one.shift.low:+.1f} to {one.shift.high:+.1f})"

    def at(value: float) -> float:
        return (value - other.median) / width

    return Bar(
        title,
        words.replace("-", "\N{MINUS SIGN}"),
        at(own.q1),
        at(own.median),
        at(own.q3),
        at(other.q1),
        at(other.q3),
        one.is_outside,
    )


def largest(found: Clusters | None, most: int = 6) -> tuple[OverviewCluster, ...]:
    """The largest clusters; none without a clustering."""
    return found.clusters[:most] if found else ()


def cluster_group(workspace: Workspace, one: OverviewCluster, most: int) -> Group:
    """A cluster with its size, its share and some of its most typical images."""
    shown = pictures(workspace, one.medoids, most)
    return Group(one.name, f"{one.size:,} images, {one.share:.0%}", one.colour, shown)


def clusters_slide(workspace: Workspace, found: Clusters) -> Slide:
    """The clusters in use, and whether they are groups."""
    _, _, why = found.verdict.partition(": ")
    parts = [f"{why[:1].upper()}{why[1:]}." if why else ""]
    if found.separation is not None and found.separation.null is not None:
        parts.append(
            f"Silhouette {found.separation.value:.2f}; in noise of the same shape "
            f"{found.separation.null:.2f} (n = {found.separation.n:,}; {found.space})."
        )
    if found.unassigned:
        parts.append(f"{found.unassigned:,} images belong to no cluster.")
    shown = found.clusters[:GROUPS]
    parts.append(shown_of(len(shown), len(found.clusters), "clusters"))
    return Slide(
        name="clusters",
        title=TITLES["clusters"],
        message=found.sentence,
        foot=joined(parts),
        groups=tuple(cluster_group(workspace, one, 3) for one in shown),
        outdated=found.outdated,
    )


def cluster_slides(workspace: Workspace, found: Clusters) -> Iterator[Slide]:
    """The cluster that lies farthest from the other images; none where there is only one."""
    clustering: Clustering = workspace.load(found.key)
    beside = []
    for one in found.clusters[:GROUPS]:
        part = ImageSet(clustering.ids.numbers[clustering.cluster == one.cluster])
        of = profile(workspace, part)
        if isinstance(of, Profile) and of.outside:
            beside.append((abs(of.outside[0].shift.value or 0), one, of))
    if beside:
        _, one, of = max(beside, key=lambda each: each[0])
        title = (
            f"Why \N{LEFT DOUBLE QUOTATION MARK}{one.name}\N{RIGHT DOUBLE QUOTATION MARK} is "
            f"different: {one.size:,} images"
        )
        yield replace(
            profile_slide(of, "cluster", title),
            pictures=pictures(workspace, one.medoids, 3),
            outdated=found.outdated,
        )


def issues_slide(workspace: Workspace, found: Issues) -> Slide:
    """The most frequent issues with the worst images of each, and the limits that count."""
    there = [one for one in found.issues if one.count]
    head, _, _ = found.sentence.partition(" by the limits in use")
    limits = [f"{one.title}: {one.limit}" for one in there[:GROUPS]]
    parts = [
        f"By the limits in use, n = {found.n:,}: {'; '.join(limits)}." if limits else "",
        f"{found.copies:,} images lie in several files." if found.copies else "",
        f"Not looked for yet: {', '.join(found.not_looked_for)}." if found.not_looked_for else "",
        shown_of(min(GROUPS, len(there)), len(there), "issues"),
    ]
    groups = tuple(
        Group(
            one.title,
            f"{one.count:,} of {one.n:,} ({one.share:.0%})",
            pictures=pictures(workspace, one.worst, 4),
        )
        for one in there[:GROUPS]
    )
    return Slide(
        name="issues",
        title=TITLES["issues"],
        message=f"{head}.",
        foot=joined(parts),
        groups=groups,
    )


def what_if_slide() -> Slide:
    """The slide with a slider; what it shows is computed once it is asked for."""
    return Slide(
        name="what-if",
        title="What if there were haze? Turn the slider",
        message="How much haze changes the answer?",
        live="what-if",
    )


def labels_slide(found: Labels) -> Slide:
    """From labels to coverage to expected error, in very large type."""
    figures = [Figure(f"{found.labelled:,}", f"images labelled by {found.by}")]
    given = ", ".join(f"{one.label} {one.given:,}" for one in found.kinds if one.given)
    parts = [f"Given: {given}." if given else "", found.promise]
    if found.coverage is not None and found.coverage.value is not None:
        figures.append(
            Figure(
                f"{found.answered:,}",
                f"of {found.coverage.n:,} images answered by the model "
                f"({found.coverage.value:.0%})",
            )
        )
        parts.insert(0, f"Coverage: {found.coverage.space}.")
    message = f"{counted(found.labelled, 'label')}, and no model has learnt from them yet."
    if found.error is not None and found.error.value is not None:
        figures.append(
            Figure(
                f"{found.error.value:.0%}",
                f"of answers expected to be wrong, at most {found.error.high:.0%} "
                f"(n = {found.error.n:,} held-out answers)",
            )
        )
    if found.coverage is not None:
        message = (
            f"{counted(found.labelled, 'label')} answer {found.answered:,} of "
            f"{found.coverage.n:,} images."
        )
    parts.append(f"{found.disputed:,} labelled images disputed." if found.disputed else "")
    return Slide(
        name="labels",
        title=TITLES["labels"],
        message=message,
        foot=joined(parts),
        figures=tuple(figures),
        outdated=found.outdated,
    )


def verdicts_slide(found: Verdicts) -> Slide:
    """The seven questions of the evidence with their answers."""
    lines = tuple(
        Line(
            one.question,
            one.answer,
            f"n = {one.number.n:,}" if one.number is not None else "",
            verdict=one.verdict,
        )
        for one in found.answers
    )
    return Slide(
        name="evidence",
        title=TITLES["verdicts"],
        message=found.sentence,
        foot="n: the images, pairs or labels that an answer rests on. The page Evidence has the "
        "space, the interval and the null reference of each.",
        lines=lines,
        outdated=found.outdated,
    )


def shown_of(shown: int, total: int, what: str) -> str:
    """How many of how many are shown; nothing where it is all."""
    return f"Showing {shown:,} of {total:,} {what}." if shown < total else ""


def joined(parts: Iterable[str]) -> str:
    """Sentences one after the other, without the empty ones."""
    return " ".join(part for part in parts if part)


def counted(n: int, what: str) -> str:
    """A number with what it counts: "1 image", "2 images"."""
    return f"{n:,} {what}{'' if n == 1 else 's'}"
