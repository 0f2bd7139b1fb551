"""The slides of a collection: every card of the overview as one message in large type."""

from collections.abc import Iterator
from datetime import date
from itertools import zip_longest

from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId
from contrast_engine.views.labels.annotator_names import annotators_words
from contrast_engine.views.overview.card import Absent
from contrast_engine.views.overview.card_slides import (
    LINES,
    ON_TITLE,
    PICTURES,
    TITLES,
    cluster_group,
    cluster_slides,
    clusters_slide,
    counted,
    issues_slide,
    joined,
    labels_slide,
    largest,
    pictures,
    profile_slide,
    shown_of,
    verdicts_slide,
    what_if_slide,
)
from contrast_engine.views.overview.slide import Deck, Line, Slide
from contrast_engine.views.overview.unknown import Unknown
from contrast_engine.views.overview.whole import Overview, overview
from contrast_engine.views.words import map_words


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
        yield clusters_slide(workspace, found.clusters)
        yield from cluster_slides(workspace, found.clusters)
    if found.issues:
        yield issues_slide(workspace, found.issues)
    if TITLES["what_if"] not in there:
        yield what_if_slide()
    if found.labels:
        yield labels_slide(found.labels)
    if found.verdicts:
        yield verdicts_slide(found.verdicts)
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


def _title(workspace: Workspace, found: Overview, today: date) -> Slide:
    who = annotators_words(workspace)
    acts = "Labelled and compared" if workspace.comparisons.everyone() else "Labelled"
    lines = (
        counted(found.images, "image"),
        f"{acts} by {who}" if who else "Nobody has labelled yet",
        f"{today.day} {today:%B %Y}",
    )
    sheet = found.contact_sheet
    files = f"{counted(found.files, 'file')}; " if found.files != found.images else ""
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


def _map(workspace: Workspace, found: Overview) -> Slide:
    key = workspace.current("maps")
    assert key is not None
    return Slide(
        name="map",
        title="Map: click a point, or outline a group",
        message="Images near each other have similar contrast.",
        foot=map_words(workspace.manifest(key).details),
        groups=tuple(cluster_group(workspace, one, 0) for one in largest(found.clusters)),
        live="map",
    )


def _unknown(workspace: Workspace, found: Unknown) -> Slide:
    shown = found.items[:LINES]
    seen = next((one for one in shown if one.images), None)
    images = pictures(workspace, seen.images, PICTURES) if seen else ()
    parts = [shown_of(len(shown), len(found.items), "things")]
    if seen and images:
        parts.append(f"Pictures, {len(images)} of {seen.count:,}: {seen.what}")
    verb = "is" if len(found.items) == 1 else "are"
    said = f"{counted(len(found.items), 'thing')} {verb} not known."
    return Slide(
        name="not-known",
        title="Not known",
        message=said if found.items else "Nothing is left open.",
        lines=tuple(Line(one.what) for one in shown),
        foot=joined(parts),
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
