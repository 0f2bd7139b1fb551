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
from contrast_engine.monitor.rows import LoggedBatch, LoggedRow, LoggedRun, feature_table
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
        abstaining: How often the model abstains, in its latest runs of together 1,000 images.
        abstaining_before: The same in all runs before those.
        set_size: How many labels it takes to reach 90 % of the probability, mean of the latest.
        set_size_before: The same in all batches before those.
        waiting: Different images of runs that have not ended, which no look counts yet.
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
    waiting: int = 0

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
                f"after the run that passes {self.next_look:,}.",
                *self._not_yet,
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
        return (*lines, *self._not_yet)

    @property
    def _not_yet(self) -> tuple[str, ...]:
        if not self.waiting:
            return ()
        return (
            f"{self.waiting:,} images of a run that goes on, or was cut short, count when it ends.",
        )

    @property
    def _answers(self) -> str:
        before = self.abstaining_before
        earlier = f", before {before.words}" if before.n else ""
        return f"The model abstains on {self.abstaining.words} of the latest images{earlier}."


def monitored(
    log: MonitorLog, model: str, reference: Vectors, scale: QuantileScaling, *, seed: int = 0
) -> Monitored:
    """Look where a look is due, keep what was found in the log, and say how things stand.

    A look is due after the run that passes a fixed number of images, so asking more often finds
    no more. It compares the latest 1,000 images: the latest runs as they are, and of the one that
    is longer than what is left, so many are drawn evenly. A look whose images are no longer kept
    is passed over.

    Args:
        log: What was scored.
        model: Key of the model.
        reference: Images that the model learnt from, on its frozen scale.
        scale: Brings raw features onto that scale.
        seed: Draws the reference and the permutations.

    Raises:
        WorkspaceError: The log cannot be read or written.
    """
    batches, looks, runs = log.batches(model), log.looks(model), log.runs(model)
    images, counted = log.images(model), sum(run.new for run in runs)
    for last, place in _due(runs):
        if place not in looks:
            found = _looked(log, runs[: last + 1], place, reference, scale, seed)
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
        next_look=next_look(counted),
        alarms=tuple(at for at, body in sorted(looks.items()) if body["verdict"] == "drift"),
        showing=_showing(log, model, looks[latest]) if looks else (),
        abstaining=_abstaining(now),
        abstaining_before=_abstaining(before),
        set_size=_set_size(now),
        set_size_before=_set_size(before),
        waiting=images - counted,
    )


def comparison_of(body: Json) -> Comparison:
    """A look as it was kept in the log."""
    features = tuple(FeatureDrift(**each) for each in body["features"])
    return Comparison(**body | {"features": features, "showing": tuple(body["showing"])})


def _due(runs: Sequence[LoggedRun]) -> Iterator[tuple[int, int]]:
    """Which runs a look is due after, and how many images there were by then.

    Only whole runs are looked at: what comes first in one is decided by names, not by time.
    """
    place = 0
    for number, run in enumerate(runs):
        before, place = place, place + run.new
        if len(due(place)) > len(due(before)):
            yield number, place


def _looked(
    log: MonitorLog,
    runs: Sequence[LoggedRun],
    place: int,
    reference: Vectors,
    scale: QuantileScaling,
    seed: int,
) -> Json | None:
    """What the look after some runs finds; None where too few of the images are still kept."""
    rows, wanted, of_new = _latest(log, runs, seed)
    if len(rows) < wanted / 2:
        return None
    names = tuple(ImageId(f"{row.place:016x}") for row in rows)
    raw = Vectors(names, feature_table(rows, scale.columns), scale.columns)
    new = scale.transform(raw).select(reference.columns).values
    # of one precision, as the reference was kept: a value that many images share stays one value
    before, now = (values.astype(np.float32).astype(float) for values in (reference.values, new))
    look = compare(before, now, reference.columns, significance(due(place)[-1]), seed=seed)
    found = replace(look, of_new=of_new)
    return {
        "verdict": found.verdict,
        "comparison": asdict(found),
        "showing": [rows[at].place for at in found.showing],
    }


def _latest(
    log: MonitorLog, runs: Sequence[LoggedRun], seed: int
) -> tuple[list[LoggedRow], int, int]:
    """The latest images of some runs, how many there should be, and out of how many."""
    rows: list[LoggedRow] = []
    wanted, of = 0, 0
    for run in reversed(runs):
        share = min(run.new, WINDOW - wanted)
        found = log.of_run(run)
        if len(found) > share:
            random = generator(seed, "drift", "new images")
            drawn = random.choice(len(found), share, replace=False)
            found = tuple(found[at] for at in sorted(drawn))
        rows = [*found, *rows]
        wanted, of = wanted + share, of + run.new
        if wanted >= WINDOW:
            break
    return rows, wanted, of


def _showing(log: MonitorLog, model: str, found: Json) -> tuple[LoggedRow, ...]:
    if found["verdict"] != "drift":
        return ()
    kept = log.at(model, found["showing"])
    return tuple(kept[at] for at in found["showing"] if at in kept)


def _split(batches: tuple[LoggedBatch, ...]) -> tuple[list[LoggedBatch], list[LoggedBatch]]:
    """The batches of the latest runs of together 1,000 images, and those before them."""
    runs: dict[int, int] = {}
    for one in reversed(batches):
        runs[one.run] = runs.get(one.run, 0) + one.scored
    latest, scored = set(), 0
    for run, images in runs.items():
        if scored >= WINDOW:
            break
        latest.add(run)
        scored += images
    now = [one for one in batches if one.run in latest]
    return now, [one for one in batches if one.run not in latest]


def _abstaining(batches: list[LoggedBatch]) -> Share:
    return share(sum(one.abstained for one in batches), sum(one.scored for one in batches))


def _set_size(batches: list[LoggedBatch]) -> float | None:
    known = [(one.set_size, one.scored) for one in batches if one.set_size is not None]
    total = sum(n for _, n in known)
    return sum(size * n for size, n in known) / total if total else None
