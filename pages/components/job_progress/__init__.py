"""A running job as it happens: progress, time left and moving curves."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from pages.components import register


@dataclass(frozen=True)
class Series:
    """One curve.

    Args:
        name: The metric in the events.
        title: What the legend shows.
        unit: Its unit; curves of one unit share a chart.
        percent: Whether a share of 1 is shown as percent.
    """

    name: str
    title: str
    unit: str = ""
    percent: bool = False


@dataclass(frozen=True)
class Pictures:
    """The newest pictures of a collection, shown in a strip while the job runs.

    Args:
        newest: The route that names them.
        thumb: The address of one, with {id} for its id.
    """

    newest: str
    thumb: str


def show(
    *,
    key: str,
    events_url: str,
    series: Sequence[Series] = (),
    active: bool = True,
    height: int = 240,
    pictures: Pictures | None = None,
    on_done: Callable[[], None] | None = None,
) -> bool:
    """Follow the job behind `events_url`; true once, in the run after it has ended.

    The browser asks the route itself about four times a second and not at all in a hidden tab;
    the page runs again only when the job ends.

    Args:
        key: Names this panel; use one with the job's id in it.
        events_url: The job's events route.
        series: The metrics to draw; none gives the progress line alone.
        active: Whether the job may still be running; else its curves are drawn once.
        height: Of one chart, in pixels.
        pictures: Where the newest pictures come from; None shows none.
        on_done: Called when the job ends, before anything is redrawn.
    """
    data = {
        "events": events_url,
        "series": [asdict(one) for one in series],
        "active": active,
        "height": height,
        "pictures": asdict(pictures) if pictures else None,
    }
    result = _job_progress(key=key, data=data, on_done_change=on_done or (lambda: None))
    return bool(result.done)


_job_progress = register(
    "job_progress", '<div class="job_progress"></div>', styles=("shared/saving.css",)
)
