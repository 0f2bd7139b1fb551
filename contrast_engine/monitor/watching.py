"""Whether what a model scores is still like what it learnt from: looks at the log, kept in it."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np

from contrast_engine.arrays import Json
from contrast_engine.drift import (
    WINDOW,
    Comparison,
    FeatureDrift,
    Share,
    Verdict,
    compare,
    due,
    next_look,
    share,
    significance,
)
from contrast_engine.monitor.log import MonitorLog
from contrast_engine.monitor.rows import LoggedBatch, LoggedRow, feature_table
from contrast_engine.randomness import generator
from contrast_engine.scaling import QuantileScaling
from contrast_engine.vectors import ImageId, Vectors

BATCHES = 100
"""Batches that are given back; there may be more in the log."""


@dataclass(frozen=True)
class Monitored:
    """What is known of the images that a model scored.

    Args:
        model: Its key.
        since: When it scored its first batch into this log; None where it scored none.
        images: How many different images it scored.
        batches: Its latest batches, oldest first.
        all_batches: How many it scored.
        look: What the latest look found; None before the first.
        looked_at: After how many images that was.
        next_look: After how many images the next one is.
        alarms: After how many images a look said drift.
        showing: The images that show the difference most, those that are still kept.
        abstaining: How often the model abstains, in its latest batches of together 1,000 images.
        abstaining_before: The same in all batches before those.
        set_size: How many labels it takes to reach 90 % of the probability, mean of the latest.
        set_size_before: The same in all batches before those.
    """

    model: str
    since: str | None
    images: int
    batches: tuple[LoggedBatch, ...]
    all_batches: int
    look: Comparison | None
    looked_at: int
    next_look: int
    alarms: tuple[int, ...]
    showing: tuple[LoggedRow, ...]
    abstaining: Share
    abstaining_before: Share
    set_size: float | None
    set_size_before: float | None

    @property
    def verdict(self) -> Verdict:
        """What the latest look said."""
        return self.look.verdict if self.look else "not enough images"

    @property
    def evidence(self) -> tuple[str, ...]:
        """Why, sentence by sentence."""
        if self.look is None:
            return (
                f"This model scored {self.images:,} different images so far; the first look is "
                f"after the batch that passes {self.next_look:,}.",
            )
        lines = [*self.look.evidence, self._answers]
        earlier = [at for at in self.alarms if at != self.looked_at]
        if earlier:
            lines.append(
                f"Looks after {', '.join(f'{at:,}' for at in earlier[-5:])} images said drift."
            )
        lines.append(
            f"Looked after {self.looked_at:,} images, next after {self.next_look:,}; without drift "
            "at most 5% of streams ever raise an alarm, however long they are."
        )
        return tuple(lines)

    @property
    def _answers(self) -> str:
        before = self.abstaining_before
        earlier = f", before {before.words}" if before.n else ""
        return f"The model abstains on {self.abstaining.words} of the latest images{earlier}."


def monitored(
    log: MonitorLog, model: str, reference: Vectors, scale: QuantileScaling, *, seed: int = 0
) -> Monitored:
    """Look where a look is due, keep what was found in the log, and say how things stand.

    A look is due after the batch that passes a fixed number of images, so asking more often finds
    no more. It compares the latest whole batches of together 1,000 images; of more, 1,000 are
    drawn. A look whose images are no longer kept is passed over.

    Args:
        log: What was scored.
        model: Key of the model.
        reference: Images that the model learnt from, on its frozen scale.
        scale: Brings raw features onto that scale.
        seed: Draws the reference and the permutations.

    Raises:
        WorkspaceError: The log cannot be read or written.
    """
    images, batches, looks = log.images(model), log.batches(model), log.looks(model)
    for last, place in _due(batches):
        if place not in looks:
            found = _looked(log, batches[: last + 1], place, reference, scale, seed)
            if found is not None:
                log.add_look(model, place, found)
                looks[place] = found
    latest = max(looks, default=0)
    look = comparison_of(looks[latest]["comparison"]) if looks else None
    now, before = _split(batches)
    return Monitored(
        model=model,
        since=log.since(model),
        images=images,
        batches=batches[-BATCHES:],
        all_batches=len(batches),
        look=look,
        looked_at=latest,
        next_look=next_look(images),
        alarms=tuple(at for at, body in sorted(looks.items()) if body["verdict"] == "drift"),
        showing=_showing(log, model, looks[latest]) if looks else (),
        abstaining=_abstaining(now),
        abstaining_before=_abstaining(before),
        set_size=_set_size(now),
        set_size_before=_set_size(before),
    )


def comparison_of(body: Json) -> Comparison:
    """A look as it was kept in the log."""
    features = tuple(FeatureDrift(**each) for each in body["features"])
    return Comparison(**body | {"features": features, "showing": tuple(body["showing"])})


def _due(batches: Sequence[LoggedBatch]) -> Iterator[tuple[int, int]]:
    """Which batches a look is due after, and the place of the last image of each.

    Only whole batches are looked at: what comes first in one is decided by names, not by time.
    """
    place = 0
    for number, batch in enumerate(batches):
        before, place = place, place + batch.new
        if len(due(place)) > len(due(before)):
            yield number, place


def _looked(
    log: MonitorLog,
    batches: Sequence[LoggedBatch],
    place: int,
    reference: Vectors,
    scale: QuantileScaling,
    seed: int,
) -> Json | None:
    """What the look after some batches finds; None where too few of the images are still kept."""
    model, after = batches[-1].model, place
    for batch in reversed(batches):
        if place - after >= WINDOW:
            break
        after -= batch.new
    rows = log.stretch(model, after, place)
    if len(rows) < min(place - after, WINDOW) / 2:
        return None
    if len(rows) > WINDOW:
        drawn = generator(seed, "drift", "new images").choice(len(rows), WINDOW, replace=False)
        rows = tuple(rows[at] for at in sorted(drawn))
    names = tuple(ImageId(f"{row.place:016x}") for row in rows)
    raw = Vectors(names, feature_table(rows, scale.columns), scale.columns)
    new = scale.transform(raw).select(reference.columns).values
    # of one precision, as the reference was kept: a value that many images share stays one value
    before, now = (values.astype(np.float32).astype(float) for values in (reference.values, new))
    look = compare(before, now, reference.columns, significance(due(place)[-1]), seed=seed)
    found = replace(look, of_new=place - after)
    return {
        "verdict": found.verdict,
        "comparison": asdict(found),
        "showing": [rows[at].place for at in found.showing],
        "after": after,
    }


def _showing(log: MonitorLog, model: str, found: Json) -> tuple[LoggedRow, ...]:
    if found["verdict"] != "drift":
        return ()
    places = set(found["showing"])
    rows = log.stretch(model, min(places) - 1, max(places))
    kept = {row.place: row for row in rows if row.place in places}
    return tuple(kept[at] for at in found["showing"] if at in kept)


def _split(batches: tuple[LoggedBatch, ...]) -> tuple[list[LoggedBatch], list[LoggedBatch]]:
    """The latest batches of together 1,000 images, and those before them."""
    scored, at = 0, len(batches)
    while at and scored < WINDOW:
        at -= 1
        scored += batches[at].scored
    return list(batches[at:]), list(batches[:at])


def _abstaining(batches: list[LoggedBatch]) -> Share:
    return share(sum(one.abstained for one in batches), sum(one.scored for one in batches))


def _set_size(batches: list[LoggedBatch]) -> float | None:
    known = [(one.set_size, one.scored) for one in batches if one.set_size is not None]
    total = sum(n for _, n in known)
    return sum(size * n for size, n in known) / total if total else None
