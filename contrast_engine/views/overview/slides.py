"""The slides of a collection: every card of the overview as one message in large type."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from itertools import islice, zip_longest

from contrast_engine.imageset import ImageSet
from contrast_engine.results import Clustering
from contrast_engine.store.collection import file_name
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId
from contrast_engine.views.labels.annotator_names import annotators_words
from contrast_engine.views.overview.card import Absent
from contrast_engine.views.overview.clusters import Clusters, OverviewCluster
from contrast_engine.views.overview.issues import Issues
from contrast_engine.views.overview.labels import Labels
from contrast_engine.views.overview.profile import Profile, profile
from contrast_engine.views.overview.slide import Bar, Deck, Figure, Group, Line, Picture, Slide
from contrast_engine.views.overview.unknown import Unknown
from contrast_engine.views.overview.verdicts import Verdicts
from contrast_engine.views.overview.whole import Overview, overview
from contrast_engine.views.words import map_words

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


def slides(workspace: Workspace, today: date) -> Deck:
    """The slides of a collection as it is now; what is not there yet is left out, with its reason.

    Args:
        workspace: Whose images are measured.
        today: Stands on the first slide.
    """
    found = overview(workspace)
    absent = dict(found.absent)
    if workspace.current("maps") is None:
        absent["map"] = Absent("There is no map yet.", "map")
    if workspace.current("clusterings") is None and workspace.current("predictions") is None:
        absent["what_if"] = Absent("No clusters and no model can judge a changed image yet.", "")
    left_out = tuple((title, absent[key].reason) for key, title in TITLES.items() if key in absent)
    return Deck(found.name, tuple(_all(workspace, found, today, left_out)), left_out)


def _all(
    workspace: Workspace, found: Overview, today: date, left_out: tuple[tuple[str, str], ...]
) -> Iterator[Slide]:
    there = {title for title, _ in left_out}
    yield _title(workspace, found, today)
    if found.contact_sheet:
        sheet = found.contact_sheet
        message = f"{sheet.total:,} images, from weak to strong contrast"
        if "weak to strong" not in sheet.how:
            message = f"{len(sheet.images):,} of {sheet.total:,} images"
        yield Slide(
            name="images",
            title=TITLES["contact_sheet"],
            message=message,
            foot=sheet.how,
            pictures=pictures(workspace, sheet.images),
        )
    if found.profile:
        yield profile_slide(found.profile, "profile", TITLES["profile"])
    if TITLES["map"] not in there:
        yield _map(workspace, found)
    if found.clusters:
        yield _clusters(workspace, found.clusters)
        yield from _one_cluster(workspace, found.clusters)
    if found.issues:
        yield _issues(workspace, found.issues)
    if TITLES["what_if"] not in there:
        yield what_if_slide()
    if found.labels:
        yield _labels(found.labels)
    if found.verdicts:
        yield _verdicts(found.verdicts)
    yield _unknown(workspace, found.unknown)
    yield _next(found, left_out)


def typical(workspace: Workspace) -> tuple[ImageId, ...]:
    """Images on which a change is shown: the medoids of the clusters, the middle ones first.

    Those of the contact sheet without clusters.
    """
    found = overview(workspace)
    if found.clusters:
        ranked = zip_longest(*(one.medoids for one in found.clusters.clusters))
        return tuple(image for row in ranked for image in row if image)
    return found.contact_sheet.images if found.contact_sheet else ()


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


def _title(workspace: Workspace, found: Overview, today: date) -> Slide:
    who = annotators_words(workspace)
    acts = "Labelled and compared" if workspace.comparisons.everyone() else "Labelled"
    lines = (
        _count(found.images, "image"),
        f"{acts} by {who}" if who else "Nobody has labelled yet",
        f"{today.day} {today:%B %Y}",
    )
    sheet = found.contact_sheet
    files = f"{_count(found.files, 'file')}; " if found.files != found.images else ""
    return Slide(
        name="title",
        title="Contrast of a collection of images",
        message=found.name,
        lines=tuple(Line(words) for words in lines),
        foot=f"{files}{found.measured:,} of {found.images:,} images measured; no ground truth.",
        pictures=pictures(workspace, _spread(sheet.images)) if sheet else (),
    )


def _spread(images: tuple[ImageId, ...]) -> list[ImageId]:
    """A few of some images, from the first to the last of them."""
    if len(images) <= ON_TITLE:
        return list(images)
    return [images[round(at * (len(images) - 1) / (ON_TITLE - 1))] for at in range(ON_TITLE)]


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
    shown = (found.outside or by_shift)[:most]
    bars = tuple(bar for one in shown if (bar := _bar(one.title, found, one.name)) is not None)
    foot = f"{rest[:1].upper()}{rest[1:]}" if is_said else ""
    if bars:
        foot += (
            f" Showing {len(bars)} of {len(found.features)} features. Line and dot: middle half "
            "and median; grey: middle half of the reference. Numbers: shift in such middle halves, "
            "95% interval (bootstrap)."
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
    places = [(v - other.median) / width for v in (own.q1, own.median, own.q3, other.q1, other.q3)]
    return Bar(title, words.replace("-", "\N{MINUS SIGN}"), *places)


def _map(workspace: Workspace, found: Overview) -> Slide:
    key = workspace.current("maps")
    assert key is not None
    return Slide(
        name="map",
        title="Map: click a point, or outline a group",
        message="Images near each other have similar contrast.",
        foot=map_words(workspace.manifest(key).details),
        groups=tuple(_group(workspace, one, 0) for one in _largest(found.clusters)),
        live="map",
    )


def _largest(found: Clusters | None, most: int = 6) -> tuple[OverviewCluster, ...]:
    return found.clusters[:most] if found else ()


def _group(workspace: Workspace, one: OverviewCluster, most: int) -> Group:
    shown = pictures(workspace, one.medoids, most)
    return Group(one.name, f"{one.size:,} images, {one.share:.0%}", one.colour, shown)


def _clusters(workspace: Workspace, found: Clusters) -> Slide:
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
    parts.append(_shown(len(shown), len(found.clusters), "clusters"))
    return Slide(
        name="clusters",
        title=TITLES["clusters"],
        message=found.sentence,
        foot=_joined(parts),
        groups=tuple(_group(workspace, one, 3) for one in shown),
        outdated=found.outdated,
    )


def _one_cluster(workspace: Workspace, found: Clusters) -> Iterator[Slide]:
    """The cluster that lies farthest from the other images; none where there is only one."""
    clustering: Clustering = workspace.load(found.key)
    beside = []
    for one in found.clusters[:GROUPS]:
        part = ImageSet.of(i for i, cluster in clustering.of.items() if cluster == one.cluster)
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


def _issues(workspace: Workspace, found: Issues) -> Slide:
    there = [one for one in found.issues if one.count]
    head, _, _ = found.sentence.partition(" by the limits in use")
    limits = [f"{one.title}: {one.limit}" for one in there[:GROUPS]]
    parts = [
        f"By the limits in use, n = {found.n:,}: {'; '.join(limits)}." if limits else "",
        f"{found.copies:,} images lie in several files." if found.copies else "",
        f"Not looked for yet: {', '.join(found.not_looked_for)}." if found.not_looked_for else "",
        _shown(min(GROUPS, len(there)), len(there), "issues"),
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
        foot=_joined(parts),
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


def _labels(found: Labels) -> Slide:
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
    message = f"{_count(found.labelled, 'label')}, and no model has learnt from them yet."
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
            f"{_count(found.labelled, 'label')} answer {found.answered:,} of "
            f"{found.coverage.n:,} images."
        )
    parts.append(f"{found.disputed:,} labelled images disputed." if found.disputed else "")
    return Slide(
        name="labels",
        title=TITLES["labels"],
        message=message,
        foot=_joined(parts),
        figures=tuple(figures),
        outdated=found.outdated,
    )


def _verdicts(found: Verdicts) -> Slide:
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


def _unknown(workspace: Workspace, found: Unknown) -> Slide:
    shown = found.items[:LINES]
    seen = next((one for one in shown if one.images), None)
    images = pictures(workspace, seen.images, PICTURES) if seen else ()
    parts = [_shown(len(shown), len(found.items), "things")]
    if seen and images:
        parts.append(f"Pictures, {len(images)} of {seen.count:,}: {seen.what}")
    verb = "is" if len(found.items) == 1 else "are"
    said = f"{_count(len(found.items), 'thing')} {verb} not known."
    return Slide(
        name="not-known",
        title="Not known",
        message=said if found.items else "Nothing is left open.",
        lines=tuple(Line(one.what) for one in shown),
        foot=_joined(parts),
        pictures=images,
    )


def _next(found: Overview, left_out: tuple[tuple[str, str], ...]) -> Slide:
    not_shown = "; ".join(f"{title} ({reason.rstrip('.')})" for title, reason in left_out)
    return Slide(
        name="next",
        title="Next",
        message=f"{found.next_step.words}.",
        lines=(Line(found.next_step.why),) if found.next_step.why else (),
        foot=f"Not shown: {not_shown}." if not_shown else "",
    )


def _shown(shown: int, total: int, what: str) -> str:
    return f"Showing {shown:,} of {total:,} {what}." if shown < total else ""


def _joined(parts: Iterable[str]) -> str:
    return " ".join(part for part in parts if part)


def _count(n: int, what: str) -> str:
    return f"{n:,} {what}{'' if n == 1 else 's'}"
